"""The oracle's own reading of FORMATS 2: opens a package, proves it, and says why it cannot be trusted.

Works on bytes alone, with Python's archive readers, the 7z and zstd tools and `openssl cms -verify`.
"""
import csv
import dataclasses
import datetime
import functools
import gzip
import hashlib
import io
import lzma
import pathlib
import re
import stat
import subprocess
import tarfile
import tempfile
import zipfile

from cryptography import x509
from cryptography.x509.oid import NameOID

REASONS = ("unreadable", "limit", "unsafe_entry", "bad_manifest", "bad_signature", "missing_file", "unlisted_file",
           "bad_digest", "renamed_content", "key_missing")
NAME = re.compile(r"(\d{10})-(\d{2})-(\d{14})-(\d{6})\.(tar\.gz|tgz|tar\.xz|tar\.zst|zip|7z)")
COLUMNS = {"file", "format", "device_no", "records", "amount_fen", "first_seq", "last_seq", "sha256"}
NUMBERS = ("records", "amount_fen", "first_seq", "last_seq")
FORMATS = ("pos-bin/1", "pkg-csv/1", "xf-text/1", "att-csv/1", "gate-xml/1", "status-csv/1")
ENTRY_LIMIT = 10000
SIZE_LIMIT = 2 << 30
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


@dataclasses.dataclass
class Opened:
    """What lies in an archive: regular files by name, and the reasons found against it."""

    files: dict
    reasons: set
    rows: list = dataclasses.field(default_factory=list)

    @property
    def reason(self):
        """The first reason in the order of FORMATS 2, or None."""
        return next((reason for reason in REASONS if reason in self.reasons), None)


@functools.cache
def name_time(name):
    """The 14-digit time in a package's name, or None where the name has another form or no real time."""
    match = NAME.fullmatch(name)
    try:
        return datetime.datetime.strptime(match.group(3), "%Y%m%d%H%M%S") if match else None
    except ValueError:
        return None


def takes_name(folder, name):
    """Whether collect takes a file of this name from this folder."""
    return name_time(name) is not None and name[:10] == folder


def unsafe_path(name):
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def read_tar(data, packed_size, opened):
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
        members = tar.getmembers()
        if len(members) > ENTRY_LIMIT or (len(data) > 16 << 20 and len(data) > 1000 * packed_size):
            opened.reasons.add("limit")
        for member in members:
            if unsafe_path(member.name) or not (member.isreg() or member.isdir()):
                opened.reasons.add("unsafe_entry")
            elif member.isreg():
                content = tar.extractfile(member).read()
                if len(content) != member.size:
                    opened.reasons.add("unreadable")
                opened.files[member.name] = content


def read_zip(data, opened):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if len(infos) > ENTRY_LIMIT or sum(info.file_size for info in infos) > SIZE_LIMIT:
            opened.reasons.add("limit")
        for info in infos:
            if info.file_size > 1 << 20 and info.file_size > 200 * info.compress_size:
                opened.reasons.add("limit")
            if unsafe_path(info.filename) or stat.S_ISLNK(info.external_attr >> 16):
                opened.reasons.add("unsafe_entry")
            elif not info.is_dir():
                opened.files[info.filename] = archive.read(info)


def read_7z(data, opened):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "in.7z").write_bytes(data)
        subprocess.run(["7z", "x", "-bd", "-y", f"-o{root / 'out'}", str(root / "in.7z")], check=True,
                       capture_output=True)
        for path in sorted((root / "out").rglob("*")):
            if path.is_file():
                opened.files[path.relative_to(root / "out").as_posix()] = path.read_bytes()


def open_archive(name, data):
    """The files of an archive, or the reasons why it is not opened."""
    opened = Opened({}, set())
    try:
        if name.endswith(".zip"):
            read_zip(data, opened)
        elif name.endswith(".7z"):
            read_7z(data, opened)
        elif name.endswith(".tar.zst"):
            plain = subprocess.run(["zstd", "-dqc"], input=data, capture_output=True, check=True).stdout
            read_tar(plain, len(data), opened)
        elif name.endswith(".tar.xz"):
            read_tar(lzma.decompress(data), len(data), opened)
        else:
            read_tar(gzip.decompress(data), len(data), opened)
    except (OSError, EOFError, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile, subprocess.CalledProcessError,
            ValueError):
        opened.reasons.add("unreadable")
    return opened


def manifest_row_ok(row):
    """Whether a manifest row has the form of FORMATS 2: status-csv/1 leaves empty what one device's log tells."""
    if None in row or None in row.values() or row["format"] not in FORMATS:
        return False
    if row["format"] == "status-csv/1":
        numbers_ok = (re.fullmatch(r"\d{1,18}", row["records"]) is not None
                      and not any(row[key] for key in ("device_no", "amount_fen", "first_seq", "last_seq")))
    else:
        numbers_ok = (re.fullmatch(r"\d{8}", row["device_no"]) is not None
                      and all(re.fullmatch(r"\d{1,18}", row[key]) for key in NUMBERS))
    return (re.fullmatch(r"(logs/)?[^/]+", row["file"]) is not None and not unsafe_path(row["file"])
            and numbers_ok and re.fullmatch(r"[0-9a-fA-F]{64}", row["sha256"]) is not None)


def read_manifest(data):
    """The rows of MANIFEST.csv, or None where it is not a good one."""
    if data is None:
        return None
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error):
        return None
    if reader.fieldnames is None or sorted(reader.fieldnames) != sorted(COLUMNS):
        return None
    names = [row["file"] for row in rows]
    return rows if all(map(manifest_row_ok, rows)) and len(set(names)) == len(names) else None


def signature_ok(ca, opened, name):
    """Whether MANIFEST.p7s is a signature by the school of the package, valid at the time in its name."""
    if "MANIFEST.p7s" not in opened.files:
        return False
    at = int(name_time(name).replace(tzinfo=SHANGHAI).timestamp())
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "m").write_bytes(opened.files["MANIFEST.csv"])
        (root / "s").write_bytes(opened.files["MANIFEST.p7s"])
        done = subprocess.run(["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", str(root / "s"),
                               "-content", str(root / "m"), "-CAfile", str(ca), "-attime", str(at), "-out",
                               str(root / "o"), "-signer", str(root / "c")], capture_output=True)
        if done.returncode != 0:
            return False
        subject = x509.load_pem_x509_certificate((root / "c").read_bytes()).subject
        return subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == name[:10]


def prove_package(name, data, ca):
    """Opens a package and holds it against its manifest; reasons is empty where the whole is good."""
    opened = open_archive(name, data)
    rows = read_manifest(opened.files.get("MANIFEST.csv"))
    if rows is None:
        opened.reasons.add("bad_manifest")
        return opened
    opened.rows = rows
    if not signature_ok(ca, opened, name):
        opened.reasons.add("bad_signature")
    listed = {row["file"] for row in rows}
    present = set(opened.files) - {"MANIFEST.csv", "MANIFEST.p7s"}
    if listed - present:
        opened.reasons.add("missing_file")
    if present - listed:
        opened.reasons.add("unlisted_file")
    if any(hashlib.sha256(opened.files[row["file"]]).hexdigest() != row["sha256"].lower()
           for row in rows if row["file"] in present):
        opened.reasons.add("bad_digest")
    return opened
