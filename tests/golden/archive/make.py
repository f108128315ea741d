#!/usr/bin/python3
"""Makes the sample packages of this folder anew with tools of their own kind (tar, gzip, xz, zstd, zip, 7z and Python).

They are kept in the repository, because compressors differ from version to version; run this only to add a sample."""
import bz2
import gzip
import io
import lzma
import os
import subprocess
import tarfile
import tempfile
import zipfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = {"MANIFEST.csv": b"file,format\r\n", "logs/a.bin": bytes(range(256)) * 4, "logs/empty.bin": b"", "b.csv": b"1,2\n"}


class Kind:
    """An entry that is no file: a tar type."""

    def __init__(self, flag):
        self.flag = flag


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as out:
        out.write(data)


def tar_of(entries, fmt=tarfile.PAX_FORMAT):
    """entries: (name, data or Kind) in order."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=fmt, encoding="utf-8", errors="surrogateescape") as tar:
        for name, what in entries:
            info = tarfile.TarInfo(name)
            if isinstance(what, bytes):
                info.size = len(what)
                tar.addfile(info, io.BytesIO(what))
            else:
                info.type = what.flag
                info.linkname = "b.csv"
                tar.addfile(info)
    return out.getvalue()


def gz(data):
    return gzip.compress(data, mtime=0)


def zip_of(entries, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, data)
    return out.getvalue()


class Pipe(io.RawIOBase):
    """A place to write that cannot seek, so that zipfile writes data descriptors."""

    def __init__(self):
        super().__init__()
        self.data = bytearray()

    def writable(self):
        return True

    def seekable(self):
        return False

    def write(self, b):
        self.data += b
        return len(b)


def good():
    with tempfile.TemporaryDirectory() as folder:
        for name, data in FILES.items():
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "wb") as out:
                out.write(data)
        run = lambda *argv: subprocess.run(argv, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        path = lambda name: os.path.join(HERE, name)
        run("tar", "-czf", path("gnu-names.tar.gz"), *FILES)
        run("tar", "-czf", path("gnu-dot.tgz"), ".")
        run("tar", "-cJf", path("gnu.tar.xz"), *FILES)
        run("tar", "--zstd", "-cf", path("gnu.tar.zst"), *FILES)
        run("tar", "--format=posix", "-czf", path("posix.tar.gz"), *FILES)
        for name in ("infozip.zip", "7z.7z", "7z-encrypted.7z", "7z-encrypted-names.7z", "infozip-encrypted.zip"):
            if os.path.exists(path(name)):
                os.unlink(path(name))
        run("zip", "-q", "-r", path("infozip.zip"), ".")
        run("zip", "-q", "-r", "-P", "secret", path("infozip-encrypted.zip"), ".")
        run("7z", "a", path("7z.7z"), ".")
        run("7z", "a", "-psecret", path("7z-encrypted.7z"), ".")
        run("7z", "a", "-psecret", "-mhe=on", path("7z-encrypted-names.7z"), ".")
    write("python.zip", zip_of(FILES.items()))
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    write("descriptors.zip", bytes(pipe.data))
    tar = tar_of(FILES.items())
    write("padded.tar.gz", gz(tar) + b"\0" * 1000)
    write("members.tar.gz", gz(tar[:700]) + gz(tar[700:]))
    write("utf8.tar.gz", gz(tar_of([("MANIFEST.csv", b"x"), ("logs/食堂.bin", b"y")])))
    write("utf8.zip", zip_of([("MANIFEST.csv", b"x"), ("logs/食堂.bin", b"y")]))
    write("other-folder.tar.gz", gz(tar_of([("MANIFEST.csv", b"x"), ("data/deep/a", b"y")])))


def unreadable():
    tar = tar_of(FILES.items())
    whole = gz(tar)
    write("empty.tar.gz", b"")
    write("text.zip", b"this is no archive\n" * 10)
    write("cut.tar.gz", whole[: len(whole) // 2])
    write("cut-trailer.tar.gz", whole[:-1])
    write("crc.tar.gz", whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:])
    write("length.tar.gz", whole[:-1] + bytes([whole[-1] ^ 1]))
    write("garbage.tar.gz", whole + b"garbage")
    write("cut-inside.tar.gz", gz(tar[:1200]))
    write("header.tar.gz", gz(tar[:3] + b"!" + tar[4:]))
    write("not-tar.tar.gz", gz(b"hello\n"))
    write("zip-inside.tar.gz", gz(zip_of(FILES.items())))
    write("twice.tar.gz", gz(whole))
    write("bz2.tar.gz", bz2.compress(tar))
    xz = lzma.compress(tar)
    write("cut.tar.xz", xz[:-4])
    write("damaged.tar.xz", xz[:100] + bytes([xz[100] ^ 0x10]) + xz[101:])
    write("garbage.tar.xz", xz + b"garbage!")
    write("twice.tar.xz", lzma.compress(xz))
    write("plain.tar.xz", tar)
    zst = subprocess.run(["zstd", "-q", "-c"], input=tar, check=True, stdout=subprocess.PIPE).stdout
    write("cut.tar.zst", zst[:-2])
    write("damaged.tar.zst", zst[:-1] + bytes([zst[-1] ^ 1]))
    whole = zip_of(FILES.items())
    write("cut.zip", whole[:-30])
    stored = zip_of(FILES.items(), zipfile.ZIP_STORED)
    at = stored.find(b"1,2\n")
    write("crc.zip", stored[:at] + b"9" + stored[at + 1 :])
    write("7z.zip", open(os.path.join(HERE, "7z.7z"), "rb").read())
    seven = open(os.path.join(HERE, "7z.7z"), "rb").read()
    write("cut.7z", seven[:-10])
    write("damaged.7z", seven[:60] + bytes([seven[60] ^ 0x10]) + seven[61:])
    write("unsafe-and-cut.tar.gz", gz(tar_of([("../evil", b"x"), ("b", b"y" * 2000)])[:1600]))


def unsafe():
    put = lambda name, entries: write(name, gz(tar_of(entries)))
    ok = ("MANIFEST.csv", b"x")
    put("absolute.tar.gz", [ok, ("/etc/passwd", b"x")])
    put("dotdot.tar.gz", [ok, ("../evil", b"x")])
    put("dotdot-inside.tar.gz", [ok, ("logs/../../evil", b"x")])
    put("dotdot-folder.tar.gz", [ok, ("../", Kind(tarfile.DIRTYPE))])
    put("backslash.tar.gz", [ok, ("logs\\evil", b"x")])
    put("control.tar.gz", [ok, ("logs/a\nb", b"x")])
    put("symlink.tar.gz", [ok, ("logs/a", Kind(tarfile.SYMTYPE))])
    put("hardlink.tar.gz", [ok, ("b.csv", b"x"), ("logs/a", Kind(tarfile.LNKTYPE))])
    put("fifo.tar.gz", [ok, ("logs/a", Kind(tarfile.FIFOTYPE))])
    put("device.tar.gz", [ok, ("logs/a", Kind(tarfile.CHRTYPE))])
    put("twice-named.tar.gz", [ok, ("logs/a", b"x"), ("./logs/a", b"y")])
    write("gbk-name.tar.gz", gz(tar_of([ok, (b"logs/\xb2\xcd".decode("utf-8", "surrogateescape"), b"x")], tarfile.GNU_FORMAT)))
    plain = zip_of([ok, ("logs/__", b"x")])
    write("gbk-name.zip", plain.replace(b"logs/__", b"logs/\xb2\xcd"))
    write("dotdot.zip", zip_of([ok, ("../evil", b"x")]))
    link = zipfile.ZipInfo("logs/a")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(*ok)
        archive.writestr(link, "b.csv")
    write("symlink.zip", out.getvalue())


def limits():
    ok = ("MANIFEST.csv", b"x")
    mib = 1024 * 1024
    write("ratio.zip", zip_of([ok, ("logs/a", bytes(mib + 1))]))
    write("ratio-below.zip", zip_of([ok, ("logs/a", bytes(mib))]))
    packed = zip_of([("logs/a", bytes(mib + 1)), ("b.csv", b"1,2\n" * 9)], zipfile.ZIP_DEFLATED)
    at = packed.find(b"b.csv") + 5
    write("ratio-and-crc.zip", packed[:at + 2] + bytes([packed[at + 2] ^ 1]) + packed[at + 3 :])
    write("ratio.tar.gz", gz(tar_of([ok, ("logs/a", bytes(16 * mib))])))
    write("ratio-below.tar.gz", gz(tar_of([ok, ("logs/a", bytes(16 * mib - 1))])))
    write("bomb.tar.xz", lzma.compress(tar_of([ok, ("logs/a", bytes(200 * mib))])))
    if os.path.exists(os.path.join(HERE, "ratio.7z")):
        os.unlink(os.path.join(HERE, "ratio.7z"))
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "a"), "wb") as out:
            out.write(bytes(17 * mib))
        subprocess.run(["7z", "a", os.path.join(HERE, "ratio.7z"), "a"], cwd=folder, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    good()
    unreadable()
    unsafe()
    limits()
