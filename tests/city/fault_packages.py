"""Faults of whole packages, of files in them and of names (FORMATS 2)."""
import dataclasses
import hashlib
import tarfile

import package
import primitives as p
from laboratory import duplicate


def small_log(lab, night=0, home=0, folder="logs/", **lies):
    """A log of three good sales on a device of its own."""
    device, card = lab.device(home), lab.card(home)
    for n in range(3):
        device.sell(card, 200 + n, lab.at(night, f"12:00:{n:02d}"))
    return lab.logs(device, None, lab.at(night, "22:00:00"), 0, folder, **lies)[0]


def unsafe(name, kind, target=""):
    """A hand-made tar entry."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mtime = kind, target, package.FILE_TIME
    return info


def drop(name):
    return lambda entries: [entry for entry in entries if entry[0] != name]


def replace(name, edit):
    return lambda entries: [(entry[0], edit(entry[1])) if entry[0] == name else entry for entry in entries]


def resend_bytes_under_another_name(lab):
    """Same bytes seen before: no effect, whether they were posted or quarantined, and no second ack."""
    school, log = lab.schools[0], small_log(lab)
    for expect, how in (("posted", {}), ("bad_signature", {"unsigned": True})):
        first = lab.ship(0, school, [log], expect=expect, extension="tar.gz", **how)
        for collector, night in (("08", 1), ("07", 2)):
            name = lab.city.next_name(school.code, collector, lab.at(night, "22:11:00"), "tar.gz")
            lab.send(night, school.code, name, first.data, expect="no effect")
        lab.send(1, school.code, first.name, first.data, expect=expect)
        log = small_log(lab)


def cannot_be_read(lab):
    """unreadable: garbage, nothing, and archives of every type that were cut."""
    school = lab.schools[0]
    for extension in package.EXTENSIONS:
        whole = lab.ship(0, school, [small_log(lab)], extension=extension)
        lab.city.deliveries.remove(whole)
        lab.send(0, school.code, whole.name, whole.data[:len(whole.data) * 2 // 3], expect="unreadable")
    for data in (b"this is no archive" * 40, b""):
        name = lab.city.next_name(school.code, "08", lab.at(0, "22:12:00"), "tar.gz")
        lab.send(0, school.code, name, data, expect="unreadable")


def goes_over_limits(lab):
    """limit: more than 10,000 entries; an entry of a zip that unpacks more than 200 to 1 above 1 MiB."""
    many = [(f"logs/{n:05d}", b"") for n in range(10001)]
    zeros = [("logs/zeros", bytes(3 << 20))]
    for extra, extension in ((many, "tar.gz"), (zeros, "zip")):
        lab.ship(0, lab.schools[0], [small_log(lab)], expect="limit", extension=extension,
                 change=lambda entries, extra=extra: entries + extra)


def holds_unsafe_entries(lab):
    """unsafe_entry: absolute names, parents, links, devices; also where the signature is missing."""
    school = lab.schools[0]
    bad = (unsafe("logs/a", tarfile.SYMTYPE, "/etc/passwd"), unsafe("logs/b", tarfile.LNKTYPE, "MANIFEST.csv"),
           unsafe("logs/c", tarfile.CHRTYPE), unsafe("logs/d", tarfile.FIFOTYPE), ("/logs/e", b"x"), ("../f", b"x"),
           ("logs/../../g", b"x"))
    for entry in bad:
        lab.ship(0, school, [small_log(lab)], expect="unsafe_entry", extension="tar.gz", unsigned=entry == bad[0],
                 change=lambda entries, entry=entry: entries + [entry])
    for name in ("../h", "/abs"):
        lab.ship(0, school, [small_log(lab)], expect="unsafe_entry", extension="zip",
                 change=lambda entries, name=name: entries + [(name, b"x")])


def has_bad_manifests(lab):
    """bad_manifest: none, another heading, a column too many or too few, no number, a file listed twice."""
    edits = (
        lambda text: text.replace(b"amount_fen", b"amount"),
        lambda text: text.replace(b"\n", b",note\n"),
        lambda text: text.replace(b",sha256\n", b"\n"),
        lambda text: text.replace(b",3,", b",three,"),
        lambda text: text.replace(b",3,", b",-3,"),
        lambda text: text + text.splitlines(True)[1],
        lambda text: b"",
        lambda text: text.replace(b"logs/", b"logs/deep/"),
    )
    for edit in edits:
        def change(entries, edit=edit):
            return replace("MANIFEST.csv", edit)(entries)
        lab.ship(0, lab.schools[0], [small_log(lab)], expect="bad_manifest", change=change)
    lab.ship(0, lab.schools[0], [small_log(lab)], expect="bad_manifest", change=drop("MANIFEST.csv"))


def has_bad_signatures(lab):
    """bad_signature: none, of another school, of another CA, expired by then, over other bytes, garbage."""
    school, other = lab.schools[:2]
    foreign = package.Authority("another CA")
    signers = (lab.city.pki.signer(other.code), lab.city.pki.signer(school.code, authority=foreign),
               lab.city.pki.signer(school.code, until=2024))
    lab.ship(0, school, [small_log(lab)], expect="bad_signature", unsigned=True)
    for signer in signers:
        lab.ship(0, school, [small_log(lab)], expect="bad_signature", signer=signer)
    for change in (replace("MANIFEST.csv", lambda text: text + b"\n"),
                   replace("MANIFEST.p7s", lambda data: b"\x30\x03abc"),
                   replace("MANIFEST.p7s", lambda data: b"")):
        lab.ship(0, school, [small_log(lab)], expect="bad_signature", change=change)


def disagrees_with_its_manifest(lab):
    """missing_file, unlisted_file, bad_digest, and the first of several."""
    school = lab.schools[0]

    def case(expect, *changes, **how):
        logs = [small_log(lab), small_log(lab)]

        def change(entries):
            for step in changes:
                entries = step(logs)(entries)
            return entries
        lab.ship(0, school, logs, expect=expect, change=change, **how)

    def missing(logs):
        return drop(logs[0].name)

    def unlisted(_):
        return lambda entries: entries + [("logs/more.bin", b"more")]

    def spoiled(logs):
        return replace(logs[1].name, lambda data: data[:-1] + bytes([data[-1] ^ 1]))

    case("missing_file", missing)
    case("unlisted_file", unlisted)
    case("bad_digest", spoiled)
    case("missing_file", spoiled, unlisted, missing)
    case("unlisted_file", spoiled, unlisted)
    case("bad_signature", spoiled, unlisted, missing, unsigned=True)


def sends_a_known_name_again(lab):
    """renamed_content: beside a posted package a row of its own; a quarantined or waiting one is replaced."""
    school = lab.schools[1]
    posted = lab.ship(0, school, [small_log(lab, home=1)])
    for night in (1, 2):
        lab.ship(night, school, [small_log(lab, night, home=1)], expect="renamed_content", name=posted.name)
    for broken in ({"unsigned": True}, {"change": drop("MANIFEST.csv")}):
        log = small_log(lab, home=1)
        first = lab.ship(0, school, [log], expect="no effect", **broken)
        lab.ship(1, school, [log], name=first.name)
        name = lab.city.next_name(school.code, "08", lab.at(2, "22:15:00"), first.name.split(".", 1)[1])
        lab.send(2, school.code, name, first.data, expect="no effect")
    waiting = lab.ship(0, school, [log_with_key(lab, 9)], expect="no effect", extension="zip")
    lab.ship(1, school, [small_log(lab, home=1)], name=waiting.name)
    lab.ship(2, school, [small_log(lab, home=1)], expect="renamed_content", name=waiting.name)


def log_with_key(lab, version):
    """A log of school 1 with one record under a 3DES key of that version."""
    lab.ring.masters.setdefault(("3des", version), hashlib.sha256(bytes([version])).digest()[:16])
    device, card = lab.device(1), lab.card(1, key_version=str(version))
    device.sell(card, 250, lab.at(0))
    device.sell(lab.card(1), 260, lab.at(0, "12:30:00"))
    return lab.logs(device, None, lab.at(0, "22:00:00"))[0]


def waits_for_keys(lab):
    """key_missing: the whole package waits, until the second night's keys, or for ever."""
    school = lab.schools[1]
    lab.ship(0, school, [log_with_key(lab, 5), small_log(lab, home=1)])
    lab.world.later_masters["3des", 5] = lab.ring.masters["3des", 5]
    lab.ship(0, school, [small_log(lab, home=1), log_with_key(lab, 9)], expect="key_missing")
    plain = small_log(lab, home=1)
    lab.ship(1, school, [plain], lab.at(0, "20:00:00"))
    odd = lab.device(1)
    odd.sell(lab.card(1, chip="m1"), 270, lab.at(0), key=0xF9)
    lab.ship(0, school, lab.logs(odd, None, lab.at(0, "22:00:00")))


HEADER_LIES = ({"record_length": 128}, {"count": 2}, {"count": 4}, {"amount": 1}, {"first": 2}, {"last": 4},
               {"psam": "370199999999"}, {"zero_23": 1}, {"zero_51": 1}, {"zero_56": 1}, {"device": "30099999"})
ROW_LIES = ({"records": "2"}, {"records": "5"}, {"amount_fen": "604"}, {"first_seq": "0"}, {"last_seq": "5"},
            {"device_no": "30099998"})
DATA_EDITS = (
    lambda data: b"DBP2" + data[4:60] + p.with_crc(b"DBP2" + data[4:60])[60:] + data[64:],
    lambda data: data[:63] + bytes([data[63] ^ 1]) + data[64:],
    lambda data: data + bytes(64),
    lambda data: data[:-32],
    lambda data: data[:-64],
    lambda data: data[:40],
    lambda data: b"",
)


def refuses_files(lab):
    """Every way in which a file disagrees with itself or its manifest; the rest of the package goes on."""
    school = lab.schools[2]
    bad = [small_log(lab, home=2, **lies) for lies in HEADER_LIES]
    bad.append(small_log(lab, home=2, school=lab.schools[0].code))
    for lies in ROW_LIES:
        log = small_log(lab, home=2)
        log.row.update(lies)
        bad.append(log)
    for edit in DATA_EDITS:
        log = small_log(lab, home=2)
        bad.append(dataclasses.replace(log, data=edit(log.data)))
    for log in bad:
        log.refused = True
    lab.ship(0, school, bad[:1] + [small_log(lab, home=2, folder="")] + bad[1:])
    mended = small_log(lab, home=2)
    broken = dataclasses.replace(mended, data=mended.data[:-64], refused=True)
    lab.ship(0, school, [broken])
    lab.ship(1, school, [mended])


def sends_good_but_odd_packages(lab):
    """Plain names, an empty log, directory entries, the manifest last, in capitals, with BOM and CRLF."""
    school = lab.schools[2]
    folder = unsafe("logs/", tarfile.DIRTYPE)
    empty = lab.logs(lab.device(2), [], lab.at(0, "22:00:00"))
    for extension in package.EXTENSIONS:
        lab.ship(0, school, [small_log(lab, home=2, folder="")] + empty, extension=extension)
    lab.ship(0, school, [small_log(lab, home=2)], extension="tar.gz", change=lambda entries: [folder] + entries[::-1])
    shouting = small_log(lab, home=2)
    shouting.row["sha256"] = hashlib.sha256(shouting.data).hexdigest().upper()
    lab.ship(0, school, [shouting])
    windows = small_log(lab, home=2)

    def change(entries):
        manifest = b"\xef\xbb\xbf" + entries[0][1].replace(b"\n", b"\r\n")
        signature = lab.city.pki.sign(manifest, lab.city.pki.signer(school.code))
        return [("MANIFEST.csv", manifest), ("MANIFEST.p7s", signature)] + entries[2:]
    lab.ship(0, school, [windows], change=change)


def leaves_names_alone(lab):
    """Names still being written, of another form, or in another school's folder: left, whatever they hold."""
    school, other = lab.schools[:2]
    good = lab.ship(0, school, [small_log(lab)])
    names = (f".{good.name}", f"{good.name}.part", "readme.txt", good.name.replace(school.code, school.code[:9]),
             good.name.rsplit(".", 1)[0] + ".rar", good.name.replace("-08-", "-8-"), good.name.upper() + "X")
    for number, name in enumerate(names):
        lab.send(0, school.code, name, b"left alone %d" % number, expect="no effect")
    stray = lab.ship(0, other, [small_log(lab, home=1)], expect="no effect")
    stray.folder = school.code


def mixes_devices_and_repeats(lab):
    """One package with many logs, one of them twice under two names: the second is all duplicates."""
    school = lab.schools[2]
    log = small_log(lab, home=2)
    twin = dataclasses.replace(log, name="logs/twin.bin", entries=[duplicate(entry) for entry in log.entries])
    lab.ship(0, school, [log, twin, small_log(lab, home=2)])


SCENARIOS = (
    resend_bytes_under_another_name, cannot_be_read, goes_over_limits, holds_unsafe_entries, has_bad_manifests,
    has_bad_signatures, disagrees_with_its_manifest, sends_a_known_name_again, waits_for_keys, refuses_files,
    sends_good_but_odd_packages, leaves_names_alone, mixes_devices_and_repeats,
)
