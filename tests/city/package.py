"""Collector packages: manifest, CMS signature, the archive types, and the keys of the city's PKI.

What a package holds is given; this file only gives it form. Broken forms are made in faults.py from the
same pieces.
"""
import dataclasses
import datetime
import gzip
import hashlib
import io
import lzma
import os
import pathlib
import subprocess
import tarfile
import tempfile
import zipfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

MANIFEST_COLUMNS = ("file", "format", "device_no", "records", "amount_fen", "first_seq", "last_seq", "sha256")
EXTENSIONS = ("tar.gz", "zip", "tar.zst", "tgz", "tar.xz", "7z")
FILE_TIME = 1772400000


@dataclasses.dataclass
class Delivery:
    """One file on the SFTP server, there before the night of a date, and what must become of it."""

    night: datetime.date
    folder: str
    name: str
    data: bytes
    files: list
    expect: str = "posted"


def run(*words, data=None, cwd=None):
    """Runs a tool and returns its standard output; a failure stops the city."""
    done = subprocess.run(words, input=data, cwd=cwd, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"{words[0]} {words[1]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def common_name(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def usage(*allowed):
    """A KeyUsage extension with the named bits."""
    bits = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{bit: bit in allowed for bit in bits})


class Authority:
    """A CA that issues certificates valid from 2020, whatever the clock of this machine says."""

    def __init__(self, name):
        self.name = common_name(name)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self.issue(self.name, self.key.public_key(), ("key_cert_sign", "crl_sign"), ca=True)

    def issue(self, subject, public_key, allowed, ca=False, until=2049):
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(public_key)
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(datetime.datetime(2020, 1, 1)).not_valid_after(datetime.datetime(until, 1, 1))
                   .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
                   .add_extension(usage(*allowed), critical=True))
        return builder.sign(self.key, hashes.SHA256())


def write_pem(stem, key, certificate, key_folder, folder):
    """Writes KEY and CRT in PEM, the key with mode 0600."""
    path = pathlib.Path(key_folder) / f"{stem}.key"
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                       serialization.NoEncryption()))
    os.chmod(path, 0o600)
    crt = pathlib.Path(folder) / f"{stem}.crt"
    crt.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return crt, path


class Pki:
    """The city's CA, the host's certificate, a signing certificate for each school, the master key files."""

    def __init__(self, folder, work):
        self.folder, self.work = pathlib.Path(folder), pathlib.Path(work)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ca = Authority("city collectors CA")
        pem = self.ca.certificate.public_bytes(serialization.Encoding.PEM)
        (self.folder / "ca.crt").write_bytes(pem)
        key = rsa.generate_private_key(65537, 2048)
        host = self.ca.issue(common_name("daybook host"), key.public_key(), ("digital_signature", "key_encipherment"))
        write_pem("host", key, host, self.folder, self.folder)
        self.signers, self.loaded = {}, {}

    def signer(self, name, authority=None, until=2049):
        """(certificate path, key path) of a signing certificate with this CN."""
        authority = authority or self.ca
        slot = (name, id(authority), until)
        if slot not in self.signers:
            key = ec.generate_private_key(ec.SECP256R1())
            certificate = authority.issue(common_name(name), key.public_key(), ("digital_signature",), until=until)
            self.signers[slot] = write_pem(f"signer{len(self.signers)}", key, certificate, self.work, self.work)
        return self.signers[slot]

    def sign(self, manifest, signer):
        """Detached CMS signature, DER, over the manifest: a signer's first one by the openssl command, as collectors make it,
        the others by a library, which is many times faster.
        """
        certificate, key = signer
        if certificate in self.loaded:
            builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest).add_signer(*self.loaded[certificate], hashes.SHA256())
            options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities]
            return builder.sign(serialization.Encoding.DER, options)
        self.loaded[certificate] = (x509.load_pem_x509_certificate(certificate.read_bytes()),
                                    serialization.load_pem_private_key(key.read_bytes(), None))
        return run("openssl", "cms", "-sign", "-binary", "-outform", "DER", "-md", "sha256", "-signer",
                   str(certificate), "-inkey", str(key), data=manifest)

    def write_master_keys(self, name, masters):
        """The CMS file that holds the master keys for the host."""
        rows = [f"{algorithm},{version},{key.hex().upper()}" for (algorithm, version), key in sorted(masters.items())]
        text = "\n".join(["algorithm,version,key_hex", *rows, ""])
        sealed = run("openssl", "cms", "-encrypt", "-binary", "-aes256", "-outform", "DER",
                     str(self.folder / "host.crt"), data=text.encode())
        (self.folder / name).write_bytes(sealed)


def manifest_of(files):
    """MANIFEST.csv over log files, one row each."""
    lines = [",".join(MANIFEST_COLUMNS)]
    for log in files:
        row = {"file": log.name, "sha256": hashlib.sha256(log.data).hexdigest(), **log.row}
        lines.append(",".join(row[column] for column in MANIFEST_COLUMNS))
    return ("\n".join(lines) + "\n").encode()


def entries_of(files, pki, school, signer=None, unsigned=False):
    """Manifest, signature and log files as (name, bytes), in the order in which collectors write them."""
    manifest = manifest_of(files)
    entries = [("MANIFEST.csv", manifest)]
    if not unsigned:
        entries.append(("MANIFEST.p7s", pki.sign(manifest, signer or pki.signer(school))))
    return entries + [(log.name, log.data) for log in files]


def tar_bytes(entries):
    """A ustar archive; an entry is (name, bytes) or a TarInfo made by hand."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                tar.addfile(entry)
                continue
            info = tarfile.TarInfo(entry[0])
            info.size, info.mtime, info.mode = len(entry[1]), FILE_TIME, 0o644
            tar.addfile(info, io.BytesIO(entry[1]))
    return out.getvalue()


def zip_bytes(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 2, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def sevenzip_bytes(entries):
    """A 7z archive by the 7z tool, its files given a fixed time first."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "in"
        for name, data in entries:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for path in sorted(root.rglob("*")):
            os.utime(path, (FILE_TIME, FILE_TIME))
        target = pathlib.Path(folder) / "out.7z"
        run("7z", "a", "-bd", "-mx=1", "-mmt=1", "-mtm=off", str(target), *[name for name, _ in entries], cwd=root)
        return target.read_bytes()


def pack(entries, extension):
    """The archive of the entries in the form that its extension names."""
    if extension in ("tar.gz", "tgz"):
        return gzip.compress(tar_bytes(entries), 6, mtime=0)
    if extension == "tar.xz":
        return lzma.compress(tar_bytes(entries), preset=1)
    if extension == "tar.zst":
        return run("zstd", "-q", "-3", "-c", "-", data=tar_bytes(entries))
    return zip_bytes(entries) if extension == "zip" else sevenzip_bytes(entries)


def package_name(school, collector, at, sequence, extension):
    return f"{school}-{collector}-{at:%Y%m%d%H%M%S}-{sequence:06d}.{extension}"
