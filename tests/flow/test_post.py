"""post: what is wrong with packages and files (FORMATS 2), and the rules R-01 to R-06, R-10, R-20 to R-25."""
import csv
import dataclasses
import io
import re
import tarfile

from harness import ATTENTION, DONE
import town as t
from town import A, B, DAY, TownCase, package


class GoodPackages(TownCase):
    def test_a_purchase_reaches_ledger_ack_and_views(self):
        self.town.sell("canteen", "ann", 1250, "12:00")
        self.town.sell("canteen", "ben", 800, "12:01")
        name = self.town.deliver(self.town.log("canteen"))
        self.close(expect=DONE)
        self.assertEqual(self.archive(name), [("posted", "")])
        self.assertEqual(self.transfers(), [(f"2001:{t.card_no(1)}", f"2004:{A}10001", "1250"),
                                            (f"2001:{t.card_no(2)}", f"2004:{A}10001", "800")])
        self.assertEqual(self.stage.rows(f"SELECT ledger_fen, card_fen, counter FROM api.card_balance "
                                         f"WHERE card_no = '{t.card_no(1)}'"), [("18750", "18750", "11")])
        total = self.stage.ack_rows(name)["TOTAL"]
        self.assertEqual(total, {"file": "TOTAL", "records": "2", "posted": "2", "duplicate": "0", "held": "0",
                                 "rejected": "0", "amount_fen": "2050", "posted_fen": "2050", "reason": ""})
        self.assertEqual(self.stage.rows("SELECT collected, posted, duplicate, held, rejected, missing, amount_fen "
                                         "FROM api.terminal_day WHERE device_no = '30000101'"),
                         [("2", "2", "0", "0", "0", "0", "2050")])

    def test_all_archive_types_are_read(self):
        for extension in package.EXTENSIONS:
            self.town.sell("canteen", "ann", 100, "12:00")
            self.town.deliver(self.town.log("canteen"), extension=extension)
        self.close(expect=DONE)
        self.assertEqual(self.stage.value("SELECT count(*) FROM api.archive WHERE state = 'posted'"), "6")
        self.assertEqual(len(self.transfers()), 6)

    def test_an_empty_log_is_good(self):
        name = self.town.deliver(self.town.log("canteen"))
        self.close(expect=DONE)
        self.assertEqual(self.archive(name), [("posted", "")])
        self.assertEqual(self.stage.ack_rows(name)["TOTAL"]["records"], "0")

    def test_every_job_twice_changes_nothing(self):
        self.town.sell("canteen", "ann", 1250, "12:00")
        self.town.sell("canteen", "ann", 100, "12:01")
        self.town.spoil("canteen", 42, bytes(4))
        self.town.deliver(self.town.log("canteen"))
        self.town.deliver_bytes(b"not an archive")
        self.close()
        for job in ("collect", "post"):
            self.assert_nothing_changes(job, "--date", DAY, expect=(DONE, ATTENTION))

    def test_unsigned_packages_pass_where_signatures_are_optional(self):
        self.stage.settings["source city"]["signature"] = "optional"
        self.stage.write_settings()
        good = self.town.deliver(self.one_log(), unsigned=True)
        bad = self.town.deliver(self.one_log(), signer=t.pki().signer(B))
        self.close()
        self.assertEqual(self.archive(good), [("posted", "")])
        self.assertEqual(self.archive(bad), [("quarantined", "bad_signature")])

    def test_the_limit_of_a_run_takes_whole_packages(self):
        for minute in range(3):
            self.town.sell("canteen", "ann", 100, f"12:0{minute}")
            self.town.deliver(self.town.log("canteen"), made_at=f"2026030221300{minute}")
        self.stage.settings["limits"] = {"run_records": 1}
        self.stage.write_settings()
        self.stage.run("collect", "--date", DAY)
        counted = []
        for _ in range(3):
            self.stage.run("post", "--date", DAY, expect=(DONE, ATTENTION))
            counted.append(self.stage.value("SELECT count(*) FROM api.archive WHERE state = 'posted'"))
        self.assertEqual(counted, ["1", "2", "3"])


def with_entry(entries, info, data=b""):
    """tar entries and one more that is no plain file or has a name that no package may have."""
    info.size = len(data)
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in entries:
            plain = tarfile.TarInfo(name)
            plain.size = len(content)
            tar.addfile(plain, io.BytesIO(content))
        tar.addfile(info, io.BytesIO(data))
    return raw.getvalue()


def entry(name, kind=tarfile.REGTYPE, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


# What ops.archive, the log and the morning page say of each bad package; # stands for digits.
LOG = "logs/30000102-0-20260302213000.bin"
ROW = 'file "MANIFEST.csv", line 2, column '
NOT_PLAIN = 'entry "logs/x.bin": neither a file nor a folder'
DETAILS = {
    "bytes of no archive": "not a readable tar.gz archive: gzip, byte #: incorrect header check",
    "an empty file": "not a readable zip archive: Unrecognized archive format",
    "a cut archive": "not a readable tar.gz archive: gzip, byte #: the bytes end too early",
    "a gzip whose check sum differs": "not a readable tar.gz archive: gzip, byte #: incorrect data check",
    "a zip whose content differs from its check sum":
        'entry "MANIFEST.csv": not a readable zip archive: ZIP decompression failed (-3)',
    "too many entries": 'more than "6" entries',
    "too many bytes": 'more than "4194304" bytes unpacked',
    "a zip entry that unpacks to 200 times its size":
        'entry "logs/bomb.bin": more than "200" bytes unpacked of each byte packed',
    "a name with ..": 'entry "logs/../x.bin": a name with an empty, "." or ".." part',
    "an absolute name": 'entry "/etc/x.bin": an absolute name',
    "a symbolic link": NOT_PLAIN, "a hard link": NOT_PLAIN, "a device": NOT_PLAIN, "a pipe": NOT_PLAIN,
    "a name with .. in a zip": 'entry "../x.bin": a name with an empty, "." or ".." part',
    "no manifest": 'the package holds no "MANIFEST.csv"',
    "an empty manifest": 'file "MANIFEST.csv", line 1: no heading',
    "an unknown column": 'file "MANIFEST.csv", line 1, column "x": unknown column',
    "a column is missing": 'file "MANIFEST.csv", line 1: column "sha256" is missing',
    "a row with too few columns": 'file "MANIFEST.csv", line 2: "7" fields where the heading has "8"',
    "a number that is none": ROW + '"records": "one" is not a whole number from 0 to 4294967295',
    "a negative number": ROW + '"records": "-1" is not a whole number from 0 to 4294967295',
    "a digest that is none": ROW + f'"sha256": "{"z" * 64}" is not 64 hex digits',
    "a format that is unknown": ROW + '"format": "pos-bin/9" is not one of pos-bin/1, ~',
    "a device number that is none": ROW + '"device_no": "3000010" is not 8 digits',
    "a file named twice": 'file "MANIFEST.csv", line 3, column "file": is listed twice',
    "a file outside of logs/": ROW + '"file": is not a plain name or logs/NAME of a log',
    "no signature where one is required": 'the package holds no "MANIFEST.p7s"',
    "signed by another school": f'the signer\'s certificate is not for "{A}"',
    "signed by another CA's certificate":
        "the signer's certificate is refused: unable to get local issuer certificate",
    "signed with a certificate that had expired": "the signer's certificate is refused: certificate has expired",
    "a signature over other bytes": "the signed content was altered",
    "a signature that is none": "not a cms structure in der: nested asn1 error: Type=CMS_ContentInfo",
    "a listed file is missing": f'file "{LOG}" is listed and not there',
    "a file that the manifest does not list": 'file "logs/extra.bin" is there and not listed',
    "a file whose digest differs": f'file "{LOG}" has another sha256 than the manifest says'}


class QuarantinedPackages(TownCase):
    """Each row of the first line of the table in FORMATS 2, all in one run."""

    def setUp(self):
        super().setUp()
        self.stage.settings["limits"] = {"archive_entries": 6, "archive_bytes": 4 << 20}
        self.stage.write_settings()
        self.wanted = {}

    def want(self, reason, name, about):
        self.wanted[name] = (reason, about)

    def bad(self, reason, about, entries, extension="zip"):
        self.want(reason, self.town.deliver_entries(entries, extension=extension), about)

    def bad_bytes(self, reason, about, data, extension="zip"):
        self.want(reason, self.town.deliver_bytes(data, extension=extension), about)

    def signed(self, manifest, *files):
        """Entries with a given manifest, rightly signed."""
        signature = t.pki().sign(manifest, t.pki().signer(A))
        return [("MANIFEST.csv", manifest), ("MANIFEST.p7s", signature), *files]

    def test_a_bad_package_is_quarantined_whole_with_its_reason(self):
        self.make_unreadable()
        self.make_over_limit()
        self.make_unsafe()
        self.make_bad_manifests()
        self.make_bad_signatures()
        self.make_other_contents()
        good = self.town.deliver(self.one_log(333))
        done = self.close(expect=ATTENTION)
        self.assertEqual(sorted(DETAILS), sorted(about for _, about in self.wanted.values()))
        for name, (reason, about) in self.wanted.items():
            with self.subTest(about):
                self.assertEqual(self.archive(name), [("quarantined", reason)])
                detail = self.stage.value(f"SELECT detail FROM ops.archive WHERE name = '{name}'")
                self.assertRegex(detail, words_pattern(DETAILS[about]))
                self.assertIn(f'package "{name}": {reason}: {detail}', done.stderr)
                ack = self.stage.ack_rows(name)
                self.assertEqual(ack, {"TOTAL": dict(ack["TOTAL"], file="TOTAL", records="0", posted="0", duplicate="0",
                                                     held="0", rejected="0", amount_fen="0", posted_fen="0",
                                                     reason=reason)})
        self.assertEqual(self.archive(good), [("posted", "")])
        self.assertEqual([row[2] for row in self.transfers()], ["333"])

    def make_unreadable(self):
        whole = package.pack(self.town.entries_of([self.one_log()]), "tar.gz")
        self.bad_bytes("unreadable", "bytes of no archive", b"this is no archive", "tar.gz")
        self.bad_bytes("unreadable", "an empty file", b"", "zip")
        self.bad_bytes("unreadable", "a cut archive", whole[:len(whole) // 2], "tar.gz")
        flipped = bytearray(whole)
        flipped[-6] ^= 0xFF
        self.bad_bytes("unreadable", "a gzip whose check sum differs", bytes(flipped), "tar.gz")
        zipped = bytearray(package.pack(self.town.entries_of([self.one_log()]), "zip"))
        zipped[zipped.index(b"MANIFEST.csv") + 20] ^= 0xFF
        self.bad_bytes("unreadable", "a zip whose content differs from its check sum", bytes(zipped))

    def make_over_limit(self):
        entries = self.town.entries_of([self.one_log()])
        self.bad("limit", "too many entries", entries + [(f"logs/{n}.bin", b"x") for n in range(9)])
        self.bad("limit", "too many bytes", entries + [("logs/big.bin", bytes(range(256)) * (20 << 10))], "tar.gz")
        self.bad("limit", "a zip entry that unpacks to 200 times its size", entries + [("logs/bomb.bin", bytes(3 << 20))])

    def make_unsafe(self):
        entries = self.town.entries_of([self.one_log()])
        for about, info in (("a name with ..", entry("logs/../x.bin")), ("an absolute name", entry("/etc/x.bin")),
                            ("a symbolic link", entry("logs/x.bin", tarfile.SYMTYPE, "/etc/passwd")),
                            ("a hard link", entry("logs/x.bin", tarfile.LNKTYPE, "MANIFEST.csv")),
                            ("a device", entry("logs/x.bin", tarfile.CHRTYPE)),
                            ("a pipe", entry("logs/x.bin", tarfile.FIFOTYPE))):
            raw = with_entry(entries, info)
            self.bad_bytes("unsafe_entry", about, package.gzip.compress(raw, mtime=0), "tar.gz")
        self.bad("unsafe_entry", "a name with .. in a zip", entries + [("../x.bin", b"x")])

    def make_bad_manifests(self):
        log = self.one_log()
        good = package.manifest_of([log]).decode()
        head, row = good.splitlines()
        file = (log.name, log.data)
        self.bad("bad_manifest", "no manifest", [file])
        for about, text in (("an empty manifest", ""), ("an unknown column", f"{head},x\n{row},\n"),
                            ("a column is missing", good.replace(",sha256", "").rsplit(",", 1)[0] + "\n"),
                            ("a row with too few columns", f"{head}\n{row.rsplit(',', 1)[0]}\n"),
                            ("a number that is none", good.replace(",1,500,", ",one,500,")),
                            ("a negative number", good.replace(",1,500,", ",-1,500,")),
                            ("a digest that is none", f"{head}\n{row[:-64]}{'z' * 64}\n"),
                            ("a format that is unknown", good.replace("pos-bin/1", "pos-bin/9")),
                            ("a device number that is none", good.replace("30000101,1,", "3000010,1,")),
                            ("a file named twice", good + row + "\n"),
                            ("a file outside of logs/", good.replace("logs/", "other/"))):
            self.assertNotEqual(text, good, about)
            name = file if "other/" not in text else (log.name.replace("logs/", "other/"), log.data)
            self.bad("bad_manifest", about, self.signed(text.encode(), name))

    def make_bad_signatures(self):
        log = self.one_log()
        entries = self.town.entries_of([log])
        manifest = package.manifest_of([log])
        pki = t.pki()
        self.bad("bad_signature", "no signature where one is required", [e for e in entries if e[0] != "MANIFEST.p7s"])
        stranger = package.Authority("another CA")
        for about, signer in (("signed by another school", pki.signer(B)),
                              ("signed by another CA's certificate", pki.signer(A, authority=stranger)),
                              ("signed with a certificate that had expired", pki.signer(A, until=2026))):
            self.bad("bad_signature", about, self.town.entries_of([log], signer=signer))
        other = pki.sign(manifest + b"\n", pki.signer(A))
        self.bad("bad_signature", "a signature over other bytes",
                 [("MANIFEST.csv", manifest), ("MANIFEST.p7s", other), (log.name, log.data)])
        self.bad("bad_signature", "a signature that is none",
                 [("MANIFEST.csv", manifest), ("MANIFEST.p7s", b"none"), (log.name, log.data)])

    def make_other_contents(self):
        log, second = self.one_log(), self.one_log(terminal="noodles")
        entries = self.town.entries_of([log, second])
        self.bad("missing_file", "a listed file is missing", entries[:-1])
        self.bad("unlisted_file", "a file that the manifest does not list", entries + [("logs/extra.bin", b"x")])
        changed = entries[:-1] + [(second.name, second.data[:-1] + bytes([second.data[-1] ^ 1]))]
        self.bad("bad_digest", "a file whose digest differs", changed)

    def test_of_several_reasons_the_first_in_the_list_counts(self):
        log, second = self.one_log(), self.one_log(terminal="noodles")
        manifest = package.manifest_of([log, second])
        entries = [("MANIFEST.csv", manifest), ("MANIFEST.p7s", b"none"), ("logs/extra.bin", b"x")]
        name = self.town.deliver_entries(entries)
        self.close(expect=ATTENTION)
        self.assertEqual(self.archive(name), [("quarantined", "bad_signature")])


class SamePackages(TownCase):
    def test_the_same_bytes_have_no_effect_whatever_their_name(self):
        name = self.town.deliver(self.one_log())
        self.close(expect=DONE)
        data = (self.stage.sftp / A / name).read_bytes()
        before = self.stage.snapshot(without=("ops.job_run", "ops.source_file"))
        copied = self.town.name()
        self.stage.put_package(copied, data)
        self.close()
        self.assertEqual(self.archive(copied), [])
        after = self.stage.snapshot(without=("ops.job_run", "ops.source_file"))
        del after.files[f"sftp/{A}/{copied}"]
        self.assert_same(before, after)

    def test_a_posted_name_with_other_bytes_is_renamed_content(self):
        name = self.town.deliver(self.one_log())
        self.close(expect=DONE)
        entries = self.town.entries_of([self.one_log(700)])
        self.stage.put_package(name, package.pack(entries, "zip"))
        done = self.stage.run("collect", "--date", DAY, expect=ATTENTION)
        self.assertIn(name, done.stderr)
        self.assertIn("renamed_content", done.stderr)
        self.close(expect=DONE)
        self.assertEqual(sorted(self.archive(name)), [("posted", ""), ("quarantined", "renamed_content")])
        self.assertEqual(len(self.transfers()), 1)

    def test_a_quarantined_name_with_other_bytes_takes_its_place(self):
        name = self.town.deliver_bytes(b"cut short")
        self.close(expect=ATTENTION)
        self.stage.put_package(name, package.pack(self.town.entries_of([self.one_log()]), "zip"))
        self.close()
        self.assertEqual(self.archive(name), [("posted", "")])
        self.assertEqual(len(self.transfers()), 1)
        self.assertEqual(len([p for p in (self.stage.folder / "intake").rglob("*")
                              if p.is_file() and p.read_bytes() == b"cut short"]), 1, "the old bytes are kept")

    def test_a_package_waits_for_its_key(self):
        card = self.town.card(1, version=3, counter=10, balance=20000)
        self.town.sell("canteen", card, 500, "12:00")
        name = self.town.deliver(self.town.log("canteen"))
        self.close(expect=ATTENTION)
        self.assertEqual(self.archive(name), [("waiting", "key_missing")])
        self.assertEqual(self.stage.acks(), {})
        keys = self.stage.folder / "keys"
        (keys / "later-keys.p7m").rename(keys / "master-keys.p7m")
        self.close()
        self.assertEqual(self.archive(name), [("posted", "")])
        self.assertEqual(len(self.transfers()), 1)


HEADER_LIES = (
    ({"count": 5}, '24: record count "5" does not give the length "128"'),
    ({"amount": 1}, '28: sum of amounts "1" where its records give "100"'),
    ({"first": 7}, '36: first sequence "7" where its records give "#"'),
    ({"last": 9}, '40: last sequence "9" where its records give "#"'),
    ({"psam": "370100000999"}, '12: psam_no "370100000999" where the terminal on file has "370100000101"'),
    ({"school": B}, f'18: school_code "{B}" where the package has "{A}"'),
    ({"device": "30000103"}, '8: device_no "30000103" where the manifest has "30000101"'),
    ({"zero_23": 1}, '23: zero byte is "01"'), ({"zero_51": 1}, '51: zero byte is "01"'),
    ({"record_length": 32}, '4: record length "32" is not "64"'))
HEADER_BYTES = (
    (lambda data: data + b"x", '24: record count "1" does not give the length "129"'),
    (lambda data: data[:60] + bytes(4) + data[64:], '60: crc "00000000" where its bytes give "*"'),
    (lambda data: b"DBP2" + data[4:], '0: magic "44425032" is not "44425031" (DBP1)'))
MANIFEST_LIES = (
    ("records", "2", '24: record count "1" where the manifest has "2"'),
    ("amount_fen", "101", '28: sum of amounts "100" where the manifest has "101"'),
    ("first_seq", "99", '36: first sequence "#" where the manifest has "99"'),
    ("last_seq", "99", '40: last sequence "#" where the manifest has "99"'))


def words_pattern(words):
    """Words as a pattern of the whole text; # stands for digits, * for hex digits, ~ for anything."""
    return "^" + re.escape(words).replace(r"\#", r"\d+").replace(r"\*", "[0-9a-f]+").replace(r"\~", ".+") + "$"


class RefusedFiles(TownCase):
    """A file that disagrees with itself or the manifest is refused; the rest of its package goes on."""

    def sell_and_log(self, **lies):
        self.town.sell("canteen", "ann", 100, "12:00")
        return self.town.log("canteen", **lies)

    def deliver_bad(self, names, words, bad):
        """Puts the bad log and a good one into a package."""
        self.town.sell("noodles", "ben", 200, "12:00")
        names[self.town.deliver(bad, self.town.log("noodles"))] = (words, bad)

    def test_a_file_that_disagrees_is_refused_and_the_rest_goes_on(self):
        names = {}
        for lies, words in HEADER_LIES:
            self.deliver_bad(names, words, self.sell_and_log(**lies))
        for change, words in HEADER_BYTES:
            bad = self.sell_and_log()
            bad.data = change(bad.data)
            self.deliver_bad(names, words, bad)
        for column, value, words in MANIFEST_LIES:
            bad = self.sell_and_log()
            bad.row[column] = value
            self.deliver_bad(names, words, bad)
        self.close(expect=ATTENTION)
        for name, (words, bad) in names.items():
            with self.subTest(words):
                self.assertEqual(self.archive(name), [("posted", "")])
                (_, _, detail), = self.exceptions(f"archive = '{name}'")
                self.assertRegex(detail, words_pattern(f'file "{bad.name}": header at {words}'))
                rows = self.stage.ack_rows(name)
                row = rows[bad.name]
                self.assertEqual((row["records"], row["rejected"], row["posted"], row["amount_fen"], row["posted_fen"]),
                                 (bad.row["records"], bad.row["records"], "0", bad.row["amount_fen"], "0"))
                self.assertEqual(row["reason"], detail)
                other = next(r for file, r in rows.items() if file not in (bad.name, "TOTAL"))
                self.assertEqual((other["posted"], other["posted_fen"]), ("1", "200"))
        self.assertEqual(self.verdicts("verdict = 'file_refused'"), ["file_refused"] * len(names))


class Verdicts(TownCase):
    def judge(self, made_at="20260302213000"):
        self.town.deliver(self.town.log("canteen"), made_at=made_at)
        self.close()

    def test_malformed_records_are_rejected_and_their_sequence_is_not_seen(self):
        machine = self.town.terminals["canteen"]
        good = self.town.sell("canteen", "ann", 100, "12:00")
        patches = ((0, b"\x07", "kind is not defined"), (1, b"\x02", "mark is not defined for this kind"),
                   (41, b"\x51", "key nibble is not defined"), (2, bytes(4), "device sequence is 0"),
                   (16, bytes(2), "card counter is 0"), (15, bytes([good.raw[15] ^ 1]), "card number is not valid"),
                   (7, b"\xa7", "card number is not valid"), (6, b"\x01", "card number is not valid"),
                   (22, bytes(4), "amount is 0"), (34, bytes.fromhex("20260230"), "date or time does not exist"),
                   (38, bytes.fromhex("250000"), "date or time does not exist"))
        for offset, data, _ in patches:
            self.town.sell("canteen", "ann", 100, "12:01")
            self.town.spoil("canteen", offset, data)
        machine.memory.append(dataclasses.replace(good, raw=good.raw[:60] + b"\0\0\0\0"))
        self.judge()
        wanted = [(str(n), "malformed", "open", words) for n, (_, _, words) in enumerate(patches, 2)]
        wanted.append((str(len(patches) + 2), "malformed", "open", "crc differs"))
        self.assertEqual(self.stage.rows("SELECT record_no, verdict, state, detail FROM api.exception "
                                         "ORDER BY record_no"), wanted)
        self.assertEqual(self.stage.rows("SELECT records, posted, rejected FROM api.archive"),
                         [(str(len(wanted) + 1), "1", str(len(wanted)))])

    def test_a_record_seen_before_is_a_duplicate_in_any_package(self):
        self.town.sell("canteen", "ann", 100, "12:00")
        entries = self.town.terminals["canteen"].dump()
        self.town.deliver(self.town.log("canteen", entries * 2))
        self.town.deliver(self.town.log("canteen", entries), made_at="20260302220000")
        self.close(expect=DONE)
        again = self.town.deliver(self.town.log("canteen", entries), made_at="20260302230000")
        self.close(expect=DONE)
        self.assertEqual(self.stage.rows("SELECT records, posted, duplicate FROM api.archive ORDER BY name"),
                         [("2", "1", "1"), ("1", "0", "1"), ("1", "0", "1")])
        self.assertEqual(self.stage.ack_rows(again)["TOTAL"]["duplicate"], "1")
        self.assertEqual(len(self.transfers()), 1)

    def test_a_seen_sequence_with_other_content_is_a_conflict_and_its_copy_a_duplicate(self):
        first = self.town.sell("canteen", "ann", 100, "12:00")
        self.town.terminals["canteen"].dump()
        second = self.town.sell("canteen", "ben", 300, "12:05", seq=first.fields["seq"])
        self.town.terminals["canteen"].dump()
        self.town.deliver(self.town.log("canteen", [first]))
        self.town.deliver(self.town.log("canteen", [second]), made_at="20260302220000")
        self.town.deliver(self.town.log("canteen", [second, first]), made_at="20260302230000")
        self.close(expect=ATTENTION)
        self.assertEqual(self.stage.rows("SELECT posted, duplicate, held FROM api.archive ORDER BY name"),
                         [("1", "0", "0"), ("0", "0", "1"), ("0", "2", "0")])
        self.assertEqual(self.exceptions(), [("conflict", "open", "the same sequence was seen with another content")])

    def test_a_tac_that_differs_is_held(self):
        self.town.sell("canteen", "ann", 100, "12:00")
        self.town.sell("canteen", "ben", 200, "12:01")
        self.town.spoil("canteen", 42, b"\1\2\3\4")
        self.judge()
        self.assertEqual(self.exceptions(), [("tac_bad", "open", "the tac differs")])
        self.assertEqual([row[2] for row in self.transfers()], ["100"])

    def test_a_card_not_on_file_needs_a_tac_whatever_the_record_says(self):
        self.town.sell("canteen", self.town.card(77), 150, "12:00")
        self.town.sell("canteen", self.town.card(78, chip="m1", version=0), 250, "12:01")
        self.judge()
        self.assertEqual(self.exceptions(f"card_no = '{t.card_no(77)}'"),
                         [("unknown_card", "open", "card is not on file")])
        self.assertEqual(self.exceptions(f"card_no = '{t.card_no(78)}'"),
                         [("tac_bad", "open", "a tac is due and there is none")])
        self.assertEqual(self.transfers(), [("1298:unknown_card", f"2004:{A}10001", "150")])

    def test_an_m1_card_has_no_tac(self):
        self.town.sell("other", "cat", 500, "12:00")
        self.town.deliver(self.town.log("other"), school=B)
        self.close(expect=DONE)
        self.assertEqual(len(self.transfers()), 1)

    def test_bad_arithmetic_is_held(self):
        self.town.sell("canteen", "ann", 100, "12:00", after=19999)
        self.town.sell("canteen", "ben", 800, "12:01", before=500, after=0)
        self.judge()
        self.assertEqual(self.exceptions("verdict <> 'counter_gap'"),
                         [("bad_arithmetic", "open", "before, amount and after do not agree")] * 2)
        self.assertEqual(self.transfers(), [])

    def test_a_counter_used_twice_is_held_and_the_card_proposed_for_the_blacklist(self):
        first = self.town.sell("canteen", "ann", 100, "12:00")
        self.town.sell("canteen", "ann", 300, "12:10", counter=first.fields["counter"])
        self.town.sell("canteen", "ben", 300, "12:10", counter=0xFFFF)
        self.town.sell("noodles", "eve", 300, "12:10", counter=99)
        self.town.deliver(self.town.log("noodles"))
        self.judge()
        self.assertEqual(self.exceptions("verdict <> 'counter_gap'"),
                         [("counter_conflict", "open", "the card's counter was used before")] * 2)
        self.assertEqual(len(self.transfers()), 2)

    def test_grays_are_asked_again_when_their_card_is_put_on_file(self):
        self.town.sell("canteen", self.town.card(90, counter=4), 100, "12:00", mark=1)
        self.town.deliver(self.town.log("canteen"))
        self.close()
        row = (t.card_no(90), "S1", 1, "cpu3des", 1, "normal", "2025-09-01", "2031-08-31", 5, 0, 10000, "")
        path = self.stage.folder / "card.csv"
        path.write_text(t.reference_text("card", [row]))
        self.stage.run("import", "card", path, "--date", DAY)
        self.assertEqual(self.verdicts("state = 'open'"), ["gray"])
        self.town.sell("noodles", "ben", 200, "12:01")
        self.town.deliver(self.town.log("noodles"), made_at="20260302220000")
        self.close()
        self.assertEqual(self.verdicts("state = 'open'"), [])
        self.assertEqual(self.stage.rows("SELECT outcome FROM ledger.decision"), [("void",)])
        self.assertEqual(self.stage.rows("SELECT count(*) FROM ledger.waiting"), [("0",)])

    def test_flags_do_not_stop_the_money(self):
        self.town.sell("stranger", "ann", 100, "08:00")
        self.town.sell("canteen", "ann", 5000, "12:00", before=30000, after=25000)
        self.town.sell("canteen", "ben", 100, "12:00", day="2025-08-01")
        self.town.sell("canteen", "fay", 100, "12:00")
        self.town.sell("canteen", "old", 100, "12:00")
        self.town.sell("canteen", "dan", 100, "12:00")
        self.town.sell("staff", "cat", 100, "12:00")
        self.town.deliver(self.town.log("stranger"))
        self.town.deliver(self.town.log("staff"))
        self.judge()
        found = self.stage.rows("SELECT verdict, card_no, detail FROM api.exception "
                                "WHERE verdict NOT LIKE '%gap' ORDER BY 1, 2")
        self.assertEqual(found, [
            ("bad_time", t.card_no(2), "time of the terminal is too far from that of the package, or too far ahead"),
            ("balance_break", t.card_no(1), "the balance before is not the balance after the last transaction"),
            ("blacklisted", t.card_no(4), "purchase after the loss report, the bureau pays"),
            ("card_not_valid", t.card_no(7), "card is closed or expired"),
            ("class_refused", t.card_no(3), "terminal does not take the class of the card"),
            ("unknown_terminal", t.card_no(1), "terminal or merchant is not on file there on that day")])
        self.assertEqual(self.stage.value("SELECT sum(amount_fen) FROM api.transfer WHERE kind = 'purchase'"),
                         str(100 + 5000 + 100 + 100 + 100 + 100 + 2 * 100), "between schools it moves twice")

    def test_purchases_above_the_limits_are_flagged(self):
        self.town.sell("canteen", "eve", 20001, "12:00")
        self.town.sell("canteen", "eve", 19999, "12:01")
        self.town.sell("canteen", "eve", 10000, "12:02")
        self.town.sell("canteen", "eve", 1, "12:03")
        self.judge()
        words = "over the limit of one purchase or of the day"
        self.assertEqual(self.stage.rows("SELECT device_seq, verdict, detail FROM api.exception ORDER BY 1"),
                         [("1", "over_limit", words), ("4", "over_limit", words)])

    def test_gaps_of_sequences_and_counters_are_ranges(self):
        self.town.sell("canteen", "ann", 100, "12:00")
        machine = self.town.terminals["canteen"]
        self.town.sell("canteen", "ann", 100, "12:01")
        self.town.sell("canteen", "ann", 100, "12:02")
        lost = [machine.memory.pop(1), machine.memory.pop(1)]
        self.town.sell("canteen", "ann", 100, "12:03")
        self.judge()
        self.assertEqual(self.exceptions("verdict LIKE '%_gap'"),
                         [("counter_gap", "open", "offline:12-13 counters not accepted"),
                          ("sequence_gap", "open", "0:2-3 sequences not seen")])
        self.town.deliver(self.town.log("canteen", lost[:1]), made_at="20260302220000")
        self.close()
        self.assertEqual(self.exceptions("verdict LIKE '%_gap' AND state = 'open'"),
                         [("counter_gap", "open", "offline:13-13 counters not accepted"),
                          ("sequence_gap", "open", "0:3-3 sequences not seen")])
        self.town.deliver(self.town.log("canteen", lost[1:]), made_at="20260302230000")
        self.close()
        self.assertEqual(self.exceptions("verdict LIKE '%_gap' AND state = 'open'"), [])

    def test_what_a_gap_is_worth_stops_no_run(self):
        self.town.sell("canteen", "cat", 100, "12:00")
        self.town.spoil("canteen", 18, (2**32 - 1).to_bytes(4, "big") * 2 + bytes(4))
        self.town.spoil("canteen", 2, (2**32 - 1).to_bytes(4, "big"))
        memory = self.town.terminals["canteen"].memory
        memory[-1].fields.update(seq=2**32 - 1, amount=2**32 - 1)
        self.town.deliver(self.town.log("canteen"))
        self.close(expect=ATTENTION)
        self.assertEqual(self.stage.rows("SELECT detail, amount_fen FROM api.exception WHERE verdict = 'sequence_gap'"),
                         [("0:1-4294967294 sequences not seen", "1000000000000000")])

    def test_schools_meet_only_in_the_mirrored_accounts(self):
        self.town.sell("other", "ann", 400, "12:00")
        self.town.deliver(self.town.log("other"), school=B)
        self.close(expect=DONE)
        self.assertEqual(sorted(self.transfers()), sorted([(f"2001:{t.card_no(1)}", f"1221:{A}:{B}", "400"),
                                                           (f"1221:{B}:{A}", f"2004:{B}10001", "400")]))

    def test_late_money_goes_to_the_open_day_and_tomorrows_waits(self):
        self.town.sell("canteen", "ann", 100, "12:00", day="2026-02-28")
        self.town.sell("canteen", "ann", 200, "00:01", day="2026-03-03")
        self.town.deliver(self.town.log("canteen"), made_at="20260303000500")
        self.close()
        self.assertEqual(self.stage.rows("SELECT accounting_date, amount_fen FROM api.transfer WHERE kind = 'purchase' "
                                         "ORDER BY 1"), [("2026-03-02", "100"), ("2026-03-03", "200")])


class Conservation(TownCase):
    def test_records_close_in_every_ack_archive_and_terminal_day(self):
        for n in range(20):
            self.town.sell("canteen", "ann", 100 + n, f"12:{n:02d}")
        machine = self.town.terminals["canteen"]
        machine.memory[3] = machine.memory[3].patched(42, bytes(4))
        machine.memory[5] = machine.memory[5].patched(0, b"\x55")
        machine.memory.append(machine.memory[0])
        name = self.town.deliver(self.town.log("canteen"))
        self.close(expect=ATTENTION)
        for row in csv.DictReader(io.StringIO(next(iter(self.stage.acks().values())))):
            self.assertEqual(int(row["records"]),
                             sum(int(row[key]) for key in ("posted", "duplicate", "held", "rejected")))
        self.assertEqual(self.stage.rows("SELECT records, posted, duplicate, held, rejected FROM api.archive "
                                         f"WHERE name = '{name}'"), [("21", "18", "1", "1", "1")])
        self.assertEqual(self.stage.rows("SELECT collected, posted, duplicate, held, rejected FROM api.terminal_day"),
                         [("21", "18", "1", "1", "1")])
