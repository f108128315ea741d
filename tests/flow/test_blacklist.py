"""blacklist: which cards the lists name (RULES 4), their bytes (FORMATS 6), and that they reach every school in order."""
import datetime
import json
import re
import zlib

from harness import ATTENTION, DATABASE, DONE, NETWORK, USAGE, CuttingProxy, DatabaseProxy, run_when_unlocked
from status import status_file, status_row
import town as t
from town import A, B, DAY, TownCase

CLASSES = ("pos", "bus", "gate")
DAYS = [(datetime.date.fromisoformat(DAY) + datetime.timedelta(n)).isoformat() for n in range(12)]
ANN, BEN, CAT, DAN, EVE, FAY, OLD = (t.card_no(n) for n in range(1, 8))
SUNDAY = 6  # days after DAY


def compact(day):
    return day.replace("-", "")


def list_bytes(version, previous, rows):
    """A list file made without our code: rows are (card, op)."""
    lines = [f"{version},{previous},{len(rows):06d}"] + [f"00{card},{op},01" for card, op in sorted(rows)]
    text = "".join(line + "\r\n" for line in lines).encode()
    return text + b"%08X\r\n" % zlib.crc32(text)


class Terminal:
    """Loads the files of a folder in the order of their names, as a collector hands them on: a full list as it is, a delta
    only on top of the version that it follows."""

    def __init__(self, folder, class_name):
        self.folder, self.class_name = folder, class_name
        self.version, self.cards, self.refused = "00000000", set(), []

    def load_all(self):
        for path in sorted(self.folder.glob(f"*_{self.class_name}.txt")):
            self.load(path)
        return self

    def load(self, path):
        text = path.read_bytes()
        *lines, crc, end = text.split(b"\r\n")
        assert end == b"" and crc == b"%08X" % zlib.crc32(text[:-10]), path
        version, previous, count = lines[0].decode().split(",")
        rows = [line.decode().split(",") for line in lines[1:]]
        assert int(count) == len(rows) and all(level == "01" for _, _, level in rows), path
        kind = re.fullmatch(rf"\d{{8}}_{version}_(full|delta)_{self.class_name}\.txt", path.name)[1]
        assert (kind == "full") == (previous == "00000000"), path
        if kind == "delta" and previous != self.version:
            self.refused.append(path.name)
            return
        if kind == "full":
            self.cards = set()
        for card, op, _ in rows:
            assert (card in self.cards) == (op == "1"), f"{path}: {card}"
            (self.cards.remove if op == "1" else self.cards.add)(card)
        self.version = version


class ListCase(TownCase):
    def blacklist(self, day=DAY, *words, expect=DONE):
        return self.stage.run("blacklist", "--date", day, *words, expect=expect)

    def night(self, day, expect=(DONE, ATTENTION)):
        return self.stage.run("night", "--date", day, expect=expect)

    def nights(self, count, first=0):
        for day in DAYS[first:first + count]:
            self.night(day)

    def report(self, card, kind, at, day=None):
        """A row of KIND loss, imported on the open date."""
        path = self.stage.folder / "loss.csv"
        path.write_text(t.reference_text("loss", [(card, kind, at, "")]))
        self.stage.run("import", "loss", path, *(("--date", day) if day else ()))

    def change_cards(self, **changes):
        """Imports the town's cards again, those named with other values: ann={"balance_fen": 5}."""
        columns = t.COLUMNS["card"].split(",")
        rows = []
        for name, row in zip(t.CARDS, t.reference_rows()["card"]):
            rows.append(tuple({**dict(zip(columns, row)), **changes.get(name, {})}[c] for c in columns))
        path = self.stage.folder / "card.csv"
        path.write_text(t.reference_text("card", rows))
        self.stage.run("import", "card", path, "--date", DAY)

    def settings(self, section, **changes):
        self.stage.settings.setdefault(section, {}).update(changes)
        self.stage.write_settings()

    def down(self, school=A):
        return self.stage.sftp / school / "down"

    def files(self, school=A):
        return sorted(p.name for p in self.down(school).iterdir())

    def file(self, name, school=A):
        return (self.down(school) / name).read_bytes()

    def names(self, day, class_name="pos"):
        """The names of a version, as its changes make them."""
        return {card for card, in self.stage.rows(
            "SELECT lpad(card_no::text, 18, '0') FROM (SELECT DISTINCT ON (card_no) card_no, is_removed FROM "
            f"ledger.blacklist_change WHERE class = '{class_name}' AND version <= {compact(day)} "
            "ORDER BY card_no, version DESC) AS last WHERE NOT is_removed")}

    def say(self, device, version, at):
        """A status row of a terminal, as the newest run had brought it."""
        self.stage.execute(
            "INSERT INTO ledger.device_status (device_no, at, uncollected, last_seq, total_count, total_amount_fen, "
            "firmware, blacklist_version, archive_id, file_no, record_no, run_id) "
            f"SELECT {device}, '{at}+08', 0, 0, 0, 0, '1', {version}, 1, 1, coalesce(max(record_no), 0) + 1, "
            "(SELECT max(run_id) FROM ledger.run) FROM ledger.device_status")


class Names(ListCase):
    """Which cards a version names."""

    def test_a_card_that_came_on_file_as_lost_is_named_until_it_is_found(self):
        self.blacklist()
        self.assertEqual(self.names(DAY), {DAN})
        self.night(DAY)
        self.report(DAN, "found", f"{DAYS[1]} 10:00:00")
        self.night(DAYS[1])
        self.assertEqual(self.names(DAYS[1]), set())

    def test_lost_and_bad_cards_are_named_and_closed_ones_are_not(self):
        self.report(ANN, "lost", f"{DAY} 10:00:00", DAY)
        self.report(BEN, "bad", f"{DAY} 10:00:00", DAY)
        self.report(CAT, "closed", f"{DAY} 10:00:00", DAY)
        self.report(EVE, "lost", "2026-02-01 10:00:00", DAY)
        self.report(EVE, "closed", f"{DAY} 11:00:00", DAY)
        self.blacklist()
        self.assertEqual(self.names(DAY), {ANN, BEN, DAN, EVE})

    def test_found_ends_bad_and_lost_and_a_later_report_counts_again(self):
        for kind, at in (("bad", "08:00"), ("lost", "09:00"), ("found", "10:00")):
            self.report(ANN, kind, f"{DAY} {at}:00", DAY)
            self.report(BEN, kind, f"{DAY} {at}:00", DAY)
        self.report(BEN, "lost", f"{DAY} 11:00:00", DAY)
        self.blacklist()
        self.assertEqual(self.names(DAY), {BEN, DAN})

    def test_a_report_counts_from_the_day_it_takes_effect(self):
        self.report(ANN, "lost", f"{DAYS[1]} 00:00:00", DAY)
        self.report(BEN, "lost", f"{DAY} 23:59:59", DAY)
        self.nights(2)
        self.assertEqual(self.names(DAY), {BEN, DAN})
        self.assertEqual(self.names(DAYS[1]), {ANN, BEN, DAN})

    def test_a_report_that_came_later_is_in_the_version_of_the_day_it_came(self):
        self.night(DAY)
        self.report(ANN, "lost", f"{DAY} 10:00:00")
        self.night(DAYS[1])
        self.assertEqual(self.names(DAY), {DAN})
        self.assertEqual(self.names(DAYS[1]), {ANN, DAN})

    def test_a_card_that_expired_some_days_ago_is_named_no_more(self):
        self.settings("rules", blacklist_expired_days=2)
        self.report(OLD, "lost", "2026-02-20 10:00:00", DAY)  # valid to 2026-02-28
        self.nights(2)
        self.assertEqual(self.names(DAY), {DAN, OLD})
        self.assertEqual(self.names(DAYS[1]), {DAN})
        self.assertEqual(self.file(f"{compact(DAYS[1])}_{compact(DAYS[1])}_delta_bus.txt"),
                         list_bytes(compact(DAYS[1]), compact(DAY), [(OLD, 1)]))

    def test_the_names_of_a_version_can_be_had_from_the_reference_rows_ever_after(self):
        self.report(ANN, "lost", f"{DAY} 10:00:00", DAY)
        self.night(DAY)
        self.report(ANN, "found", f"{DAYS[1]} 10:00:00")
        self.report(BEN, "bad", f"{DAY} 10:00:00")
        self.nights(2, first=1)
        self.report(DAN, "found", f"{DAY} 10:00:00")
        for day in DAYS[:3]:
            with self.subTest(day):
                listed = self.stage.rows(f"SELECT lpad(card_no::text, 18, '0') FROM ledger.listed_cards('{day}')")
                self.assertEqual({card for card, in listed}, self.names(day))

    def test_versions_and_names_are_only_ever_added(self):
        self.blacklist()
        for table in ("blacklist", "blacklist_class", "blacklist_change"):
            for change in (f"DELETE FROM ledger.{table}", f"UPDATE ledger.{table} SET version = version"):
                with self.subTest(change), self.assertRaisesRegex(AssertionError, "only ever added"):
                    self.stage.execute(change)


class Places(ListCase):
    """What happens where a list has no place for all."""

    def setUp(self):
        super().setUp()
        for card in (ANN, BEN, CAT, EVE, FAY):
            self.report(card, "lost", f"{DAY} 10:00:00", DAY)

    def test_the_cards_with_most_money_at_risk_stay(self):
        self.settings("limits", blacklist_pos=3, blacklist_bus=5, blacklist_gate=6)
        self.blacklist()
        # balances: eve 90000, cat 30000, ann 20000, ben 15000, dan 9000, fay 4000
        self.assertEqual(self.names(DAY, "pos"), {EVE, CAT, ANN})
        self.assertEqual(self.names(DAY, "bus"), {EVE, CAT, ANN, BEN, DAN})
        self.assertEqual(self.names(DAY, "gate"), {EVE, CAT, ANN, BEN, DAN, FAY})
        self.assertEqual(self.stage.rows("SELECT class, names, left_out, left_out_fen FROM ledger.blacklist_class "
                                         "ORDER BY names"),
                         [("pos", "3", "3", "28000"), ("bus", "5", "1", "4000"), ("gate", "6", "0", "0")])
        self.assertEqual(self.file(f"{compact(DAY)}_{compact(DAY)}_full_pos.txt"),
                         list_bytes(compact(DAY), "00000000", [(ANN, 0), (CAT, 0), (EVE, 0)]))

    def test_at_risk_is_the_larger_of_purse_and_card(self):
        self.settings("limits", blacklist_pos=2)
        # ben's card says 38000 after a load that the purse has not; eve's money is spent in the purse and on the card
        self.town.sell("canteen", "cat", 20000, "12:00")
        self.stage.execute(f"UPDATE ledger.card_state SET records = 1, tail_after_fen = 38000 WHERE card_no = {BEN}; "
                           f"UPDATE ledger.card_state SET records = 1, tail_after_fen = 1, purse_fen = 100 "
                           f"WHERE card_no = {EVE}")
        self.blacklist()
        self.assertEqual(self.names(DAY), {BEN, CAT})

    def test_equal_cards_are_told_apart_by_their_numbers(self):
        self.settings("limits", blacklist_pos=2)
        self.stage.execute("UPDATE ledger.card_state SET records = 1, purse_fen = 7, tail_after_fen = 7")
        self.blacklist()
        self.assertEqual(self.names(DAY), {ANN, BEN})

    def test_a_place_that_becomes_free_is_taken_by_the_next(self):
        self.settings("limits", blacklist_pos=3)
        self.night(DAY)
        self.report(EVE, "found", f"{DAYS[1]} 10:00:00")
        self.night(DAYS[1])
        self.assertEqual(self.file(f"{compact(DAYS[1])}_{compact(DAYS[1])}_delta_pos.txt"),
                         list_bytes(compact(DAYS[1]), compact(DAY), [(BEN, 0), (EVE, 1)]))

    def test_the_morning_page_says_what_was_left_out(self):
        self.settings("limits", blacklist_pos=3)
        self.night(DAY)
        page = (self.stage.folder / "outbox/finance" / DAY / "morning.html").read_text()
        self.assertIn("3 张挂失卡、坏卡在名单上没有位置", page)
        row = re.search(r"<tr><td class=\"text\">消费机和圈存机</td>(.*?)</tr>", page)[1]
        self.assertEqual(re.findall(r">([^<>]+)<", row)[:6], ["3", "3", "–", "3", "280.00", "4"])


class Files(ListCase):
    """The bytes, and what goes out when."""

    def test_the_first_version_is_whole_for_every_class_and_school(self):
        self.report(ANN, "lost", f"{DAY} 10:00:00", DAY)
        self.blacklist()
        wanted = list_bytes(compact(DAY), "00000000", [(ANN, 0), (DAN, 0)])
        for school in (A, B):
            self.assertEqual(self.files(school),
                             sorted(f"{compact(DAY)}_{compact(DAY)}_full_{c}.txt" for c in CLASSES))
            for class_name in CLASSES:
                self.assertEqual(self.file(f"{compact(DAY)}_{compact(DAY)}_full_{class_name}.txt", school), wanted)
        self.assertEqual(len(wanted), 26 + 2 * 27 + 10)

    def test_a_delta_adds_and_removes_and_one_of_no_change_goes_out_too(self):
        self.night(DAY)
        self.report(ANN, "lost", f"{DAYS[1]} 10:00:00")
        self.report(DAN, "found", f"{DAYS[1]} 10:00:00")
        self.nights(2, first=1)
        first, second, third = (compact(day) for day in DAYS[:3])
        for class_name in CLASSES:
            self.assertEqual(self.file(f"{second}_{second}_delta_{class_name}.txt"),
                             list_bytes(second, first, [(ANN, 0), (DAN, 1)]))
            self.assertEqual(self.file(f"{third}_{third}_delta_{class_name}.txt"), list_bytes(third, second, []))
        self.assertFalse([name for name in self.files() if "full" in name and not name.startswith(first)])

    def test_full_list_and_deltas_make_the_names_of_each_version(self):
        reports = {1: (ANN, "lost"), 2: (BEN, "bad"), 3: (ANN, "found"), 5: (ANN, "bad"), 6: (CAT, "lost"),
                   7: (BEN, "found"), 8: (DAN, "found")}
        for number, day in enumerate(DAYS[:9]):
            if number in reports:
                card, kind = reports[number]
                self.report(card, kind, f"{day} 10:00:00")
            self.night(day)
            for class_name in CLASSES:
                terminal = Terminal(self.down(), class_name).load_all()
                self.assertEqual((terminal.version, terminal.cards, terminal.refused),
                                 (compact(day), {f"00{card}" for card in self.names(day, class_name)}, []))
        # A terminal that comes back later finds its way from the weekly list on.
        late = Terminal(self.down(B), "pos")
        for path in sorted(self.down(B).glob("*_pos.txt"))[DAYS.index(DAYS[SUNDAY]):]:
            late.load(path)
        self.assertEqual((late.version, late.cards), (compact(DAYS[8]), {f"00{card}" for card in (ANN, CAT)}))

    def test_whole_lists_go_out_on_the_day_of_the_week(self):
        self.settings("rules", blacklist_full_weekday="wednesday")
        self.nights(8)
        full = [name for name in self.files() if "full_pos" in name]
        self.assertEqual(full, [f"{compact(day)}_{compact(day)}_full_pos.txt" for day in (DAYS[0], DAYS[2])])
        self.assertEqual(len([name for name in self.files() if "delta_pos" in name]), 7, "a delta each night")

    def test_a_school_that_came_later_begins_with_a_whole_list(self):
        self.night(DAY)
        path = self.stage.folder / "school.csv"
        path.write_text(t.reference_text("school", [("3137000009", "新校", "370102", "junior", "central", "")]))
        self.stage.run("import", "school", path)
        self.nights(2, first=1)
        second, third = (compact(day) for day in DAYS[1:3])
        self.assertEqual(self.files("3137000009"), sorted(
            name for c in CLASSES for name in (f"{second}_{second}_full_{c}.txt", f"{third}_{third}_delta_{c}.txt")))
        self.assertNotIn(f"{second}_{second}_full_pos.txt", self.files())

    def test_bytes_are_kept_once_however_many_schools_get_them(self):
        self.nights(2)
        self.assertEqual(self.stage.value("SELECT count(*) FROM ops.outbox WHERE is_ordered"), "12")
        # The lists of the three classes are equal here.
        self.assertEqual(self.stage.rows("SELECT size_bytes FROM ops.outbox_body ORDER BY 1"), [("36",), ("63",)])
        self.assertEqual(self.stage.value("SELECT count(*) FROM ops.outbox_piece"), "2")

    def test_a_second_run_changes_nothing(self):
        self.blacklist()
        self.assert_nothing_changes("blacklist", "--date", DAY)
        self.night(DAY)
        self.blacklist(DAYS[1])
        self.assert_nothing_changes("blacklist", "--date", DAYS[1])

    def test_a_dry_run_keeps_and_sends_nothing(self):
        before = self.stage.snapshot(times=True)
        done = self.blacklist(DAY, "--dry-run", "--json")
        self.assertEqual(json.loads(done.stdout)["full_files"], 6)
        self.blacklist(DAY, "--dry-run", "--full")
        self.assert_same(before, self.stage.snapshot(times=True))

    def test_a_report_after_the_version_was_made_waits_for_the_next(self):
        self.blacklist()
        self.report(ANN, "lost", f"{DAY} 10:00:00", DAY)
        self.blacklist()
        self.assertEqual(self.names(DAY), {DAN})
        self.assertEqual(self.stage.rows(f"SELECT card_no FROM ledger.listed_cards('{DAY}')"), [(DAN,)])
        self.night(DAY)
        self.night(DAYS[1])
        self.assertEqual(self.names(DAYS[1]), {ANN, DAN})

    def test_a_merchant_does_not_pay_for_a_card_that_its_list_did_not_name_yet(self):
        self.report(ANN, "lost", f"{DAY} 10:00:00", DAY)
        self.blacklist()
        self.report(BEN, "lost", f"{DAY} 10:00:00", DAY)
        self.night(DAY)
        self.town.sell("canteen", "ann", 500, "12:00", day=DAYS[1])
        self.town.sell("canteen", "ben", 700, "12:05", day=DAYS[1])
        self.night(DAYS[1])
        self.town.sell("canteen", "ben", 900, "12:05", day=DAYS[2])
        machine = self.town.terminals["canteen"]
        first, second, third = (compact(day) for day in DAYS[:3])
        for record, version in zip(range(len(machine.memory)), (first, first, second)):
            machine.memory[record] = machine.memory[record].patched(52, int(version).to_bytes(4, "big"))
        self.town.deliver(self.town.log("canteen", created=f"{DAYS[2]} 21:30:00"), made_at=f"{third}213000")
        self.night(DAYS[2])
        self.assertEqual(self.stage.rows("SELECT card_no, amount_fen, verdict FROM api.exception WHERE verdict IN "
                                         "('merchant_pays', 'blacklisted') ORDER BY amount_fen"),
                         [(ANN, "500", "merchant_pays"), (BEN, "700", "blacklisted"), (BEN, "900", "merchant_pays")])

    def test_the_audit_finds_a_list_whose_changes_do_not_make_it(self):
        self.nights(2)
        self.stage.run("audit")
        for change, finding in (("UPDATE ledger.blacklist_class SET names = 2 WHERE class = 'bus'", 'class "bus": 2 names'),
                                ("DELETE FROM ledger.blacklist_change WHERE class = 'gate'", 'class "gate": 1 names'),
                                (f"INSERT INTO ledger.blacklist_change VALUES ('pos', {DAN}, {compact(DAYS[1])}, false)",
                                 "is added twice")):
            with self.subTest(finding):
                stage = self.copy_of(self.stage)
                stage.execute(f"SET session_replication_role = replica; {change}")
                self.assertIn(finding, stage.run("audit", expect=ATTENTION).stderr)


class OnDemand(ListCase):
    def test_it_sends_the_newest_version_whole_and_makes_none(self):
        self.nights(2)
        self.stage.run("blacklist", "--full")
        second, third = (compact(day) for day in DAYS[1:3])
        self.assertEqual(self.stage.value("SELECT max(version) FROM ledger.blacklist"), second)
        for school in (A, B):
            self.assertEqual(self.file(f"{third}_{second}_full_gate.txt", school), list_bytes(second, "00000000", [(DAN, 0)]))
        self.assert_nothing_changes("blacklist", "--full")
        self.night(DAYS[2])
        self.assertEqual(Terminal(self.down(), "gate").load_all().refused, [])

    def test_one_school_alone(self):
        self.nights(2)
        before = self.files(B)
        self.stage.run("blacklist", "--full", "--school", A)
        self.assertEqual(len(self.files(A)), len(before) + 3)
        self.assertEqual(self.files(B), before)

    def test_a_file_that_is_gone_is_sent_again(self):
        self.nights(2)
        self.stage.run("blacklist", "--full")
        name = f"{compact(DAYS[2])}_{compact(DAYS[1])}_full_pos.txt"
        (self.down() / name).unlink()
        self.stage.run("blacklist", "--full")
        self.assertEqual(self.file(name), list_bytes(compact(DAYS[1]), "00000000", [(DAN, 0)]))

    def test_a_date_asks_for_its_version(self):
        self.blacklist(DAY, "--full")
        self.assertEqual(self.stage.rows("SELECT version FROM ledger.blacklist"), [(compact(DAY),)])
        self.assertEqual(len(self.files()), 3)

    def test_what_cannot_be_asked_for_is_refused(self):
        done = self.stage.run("blacklist", "--date", DAY, "--school", A, expect=USAGE)
        self.assertIn("--school goes with --full", done.stderr)
        self.night(DAY)
        for school, words in (("2137", "is not a school code of 10 digits"), ("9999999999", "is not on file")):
            done = self.stage.run("blacklist", "--full", "--school", school, expect=USAGE)
            self.assertIn(words, done.stderr)
        self.assertIn("is sealed", self.blacklist(DAY, expect=USAGE).stderr)

    def test_before_the_first_version_there_is_nothing_to_send(self):
        for job in ("collect", "post", "settle"):
            self.stage.run(job, "--date", DAY)
        del self.stage.settings["source city"]
        self.stage.write_settings()
        self.stage.run("seal", "--date", DAY)
        self.assertIn("there is no list yet", self.stage.run("blacklist", "--full", expect=USAGE).stderr)


class Sending(ListCase):
    """The server is away, full, or holds something else."""

    def use_port(self, port):
        self.settings("source city", port=port)

    def version_files(self, day, kind="delta"):
        return {f"{compact(day)}_{compact(day)}_{kind}_{c}.txt" for c in CLASSES}

    def test_a_server_that_is_away_is_caught_up_with_by_the_next_collect(self):
        port = self.stage.settings["source city"]["port"]
        self.night(DAY)
        self.stage.run("collect", "--date", DAYS[1])
        self.stage.run("post", "--date", DAYS[1])
        self.use_port(1)
        self.blacklist(DAYS[1], expect=NETWORK)
        self.assertEqual(set(self.files()), self.version_files(DAY, "full"))
        self.assertEqual(self.stage.value("SELECT count(*) FROM ops.outbox WHERE state = 'queued'"), "6")
        # What could not be sent does not hold up the day.
        self.stage.run("settle", "--date", DAYS[1])
        self.stage.run("seal", "--date", DAYS[1])
        self.use_port(port)
        self.stage.run("collect", "--date", DAYS[2])
        self.assertEqual(set(self.files()), self.version_files(DAY, "full") | self.version_files(DAYS[1]))
        self.blacklist(DAYS[2])
        self.assertEqual(Terminal(self.down(), "bus").load_all().version, compact(DAYS[2]))

    def test_newer_files_of_a_folder_wait_for_one_that_is_refused(self):
        self.night(DAY)
        second, third = (compact(day) for day in DAYS[1:3])
        # Its temporary name is a folder, so that the server refuses it, and nothing else.
        obstacle = self.down() / f".{second}_{second}_delta_bus.txt.part"
        obstacle.mkdir()
        self.night(DAYS[1], expect=NETWORK)
        self.assertIn(f"{second}_{second}_delta_pos.txt", self.files())
        self.assertNotIn(f"{second}_{second}_delta_gate.txt", self.files(), "it was queued after the refused one")
        done = self.night(DAYS[2], expect=NETWORK)
        self.assertFalse([name for name in self.files() if name.startswith(third)])
        self.assertIn(f"{third}_{third}_delta_gate.txt", self.files(B), "other schools do not wait")
        self.assertEqual(len(re.findall(r"blacklist .*outbox_not_sent", done.stderr)), 1, "one line for a folder")
        obstacle.rmdir()
        self.night(DAYS[3])
        self.assertEqual(set(self.files()), self.version_files(DAY, "full").union(
            *(self.version_files(day) for day in DAYS[1:4])))
        times = [(self.down() / f"{compact(day)}_{compact(day)}_delta_gate.txt").stat().st_mtime_ns for day in DAYS[1:4]]
        self.assertEqual(times, sorted(times))
        self.assertEqual(Terminal(self.down(), "gate").load_all().version, compact(DAYS[3]))

    def test_a_chunk_border_inside_of_a_folder_keeps_the_order(self):
        self.night(DAY)
        # As if 300 nights waited for the first school: more than are read at a time.
        self.stage.execute(f"""
            INSERT INTO ops.outbox (source, folder, name, sha256, is_ordered)
            SELECT 'city', '{A}/down', format('x%s_%s', lpad(n::text, 4, '0'), k), sha256, true
              FROM generate_series(1, 300) AS n CROSS JOIN generate_series(1, 3) AS k
             CROSS JOIN (SELECT sha256 FROM ops.outbox_body LIMIT 1) AS b ORDER BY n, k""")
        obstacle = self.down() / ".x0100_2.part"
        obstacle.mkdir()
        self.blacklist(DAYS[1], expect=NETWORK)
        sent = sorted(name for name in self.files() if name.startswith("x"))
        self.assertEqual((len(sent), sent[-1]), (298, "x0100_1"))
        self.assertFalse(set(self.files()) & self.version_files(DAYS[1]))
        obstacle.rmdir()
        self.blacklist(DAYS[1])
        self.assertEqual(len([name for name in self.files() if name.startswith("x")]), 900)

    def test_a_name_that_is_taken_is_an_alarm_and_mended_by_a_whole_list(self):
        self.night(DAY)
        second, third = (compact(day) for day in DAYS[1:3])
        name = f"{second}_{second}_delta_pos.txt"
        (self.down() / name).write_text("a stranger's\n")
        done = self.night(DAYS[1], expect=ATTENTION)
        self.assertIn("outbox_alarm", done.stderr)
        self.assertEqual(self.file(name), b"a stranger's\n")
        self.night(DAYS[2])
        self.assertIn(f"{third}_{third}_full_pos.txt", self.files())
        self.assertNotIn(f"{third}_{third}_full_pos.txt", self.files(B))
        self.night(DAYS[3])
        self.assertNotIn(f"{compact(DAYS[3])}_{compact(DAYS[3])}_full_pos.txt", self.files(), "once is enough")

    def test_a_list_that_is_there_already_counts_as_sent(self):
        self.down().mkdir(parents=True)
        name = f"{compact(DAY)}_{compact(DAY)}_full_pos.txt"
        (self.down() / name).write_bytes(list_bytes(compact(DAY), "00000000", [(DAN, 0)]))
        self.blacklist()
        self.assertEqual(self.stage.value("SELECT count(*) FROM ops.outbox WHERE state = 'sent'"), "6")

    def test_a_large_list_goes_over_a_line_that_breaks(self):
        self.stage.execute("""
            INSERT INTO ref.card (card_no, person_no, card_class, chip, key_version, status, issued_on, expires_on, counter,
                                  online_counter, balance_fen, import_id, line_number, known_run)
            SELECT 370102020000000000 + n * 10, 'S1', 1, 'm1', 0, 'lost', '2025-09-01', '2031-08-31', 0, 0, n % 997, 1, n,
                   (SELECT min(run_id) FROM ledger.run) FROM generate_series(1, 70000) AS n""")
        self.settings("source city", parallel=2)
        cards = [370102020000000000 + n * 10 for n in range(1, 70001)]
        with CuttingProxy(self.stage.folder, cut_after_bytes=700000) as proxy:
            self.settings("source city", port=proxy.port, known_hosts=proxy.known_hosts)
            self.blacklist()
            self.assertEqual(proxy.cuts_left, 0)
        wanted = list_bytes(compact(DAY), "00000000", [(str(card), 0) for card in cards] + [(DAN, 0)])
        for school in (A, B):
            self.assertEqual(self.file(f"{compact(DAY)}_{compact(DAY)}_full_pos.txt", school), wanted)
        self.assertEqual(self.stage.value("SELECT names FROM ledger.blacklist_class WHERE class = 'gate'"), "60000")

    def test_a_commit_whose_answer_was_lost_is_looked_up(self):
        with DatabaseProxy(self.stage.name) as proxy:
            self.settings("database", conninfo=proxy.conninfo)
            # the first COMMIT of the run; the connection is gone after it
            proxy.lose_commit(1)
            run_when_unlocked(self.stage, "blacklist", "--date", DAY, expect=(DONE, DATABASE))
            run_when_unlocked(self.stage, "blacklist", "--date", DAY)
        self.assertEqual(self.stage.rows("SELECT version FROM ledger.blacklist"), [(compact(DAY),)])
        self.assertEqual(len(self.files()), 3)


class TwoSources(ListCase):
    def setUp(self):
        super().setUp()
        self.east = self.stage.folder / "sftp-east"
        self.east.mkdir()
        self.stage.settings["source east"] = dict(self.stage.settings["source city"], path=self.east)
        self.stage.write_settings()

    def test_a_school_gets_its_lists_where_its_packages_come_from(self):
        name = self.town.deliver(self.town.log("other", []), school=B)
        (self.east / B).mkdir()
        (self.stage.sftp / B / name).rename(self.east / B / name)
        self.town.deliver(self.town.log("canteen", []))
        self.night(DAY)
        self.assertEqual(len(self.files(A)), 3)
        self.assertEqual(len(list((self.east / B / "down").iterdir())), 3)
        self.assertFalse((self.east / A).exists() or (self.stage.sftp / B / "down").exists())

    def test_a_school_that_has_sent_nothing_gets_them_everywhere(self):
        self.night(DAY)
        for place in (self.stage.sftp, self.east):
            self.assertEqual(len(list((place / A / "down").iterdir())), 3)

    def test_a_source_that_was_left_out_for_a_night_begins_anew(self):
        self.night(DAY)
        kept = self.stage.settings.pop("source east")
        self.stage.write_settings()
        self.night(DAYS[1])
        self.stage.settings["source east"] = kept
        self.stage.write_settings()
        self.night(DAYS[2])
        third = compact(DAYS[2])
        self.assertTrue((self.east / A / "down" / f"{third}_{third}_full_pos.txt").exists())
        self.assertFalse((self.east / A / "down" / f"{third}_{third}_delta_pos.txt").exists())
        self.assertFalse((self.down() / f"{third}_{third}_full_pos.txt").exists())


class Terminals(ListCase):
    """What terminals say that they have."""

    def lists(self):
        found = json.loads(self.stage.run("status", "--json").stdout)
        return {row["class"]: row for row in found["lists"]}, found["list_terminals"]

    def test_status_tells_how_old_the_lists_are_that_terminals_have(self):
        self.nights(3)
        # canteen has the list of the night before it spoke, noodles one that is two nights older, staff none at all
        self.say(30000101, compact(DAYS[1]), f"{DAYS[2]} 21:00:00")
        self.say(30000101, compact(DAY), f"{DAYS[1]} 21:00:00")
        self.say(30000102, 20260101, f"{DAYS[2]} 20:00:00")
        rows, terminals = self.lists()
        self.assertEqual({name: rows["pos"][name] for name in ("version", "names", "terminals", "newest", "behind_1",
                                                               "behind_7", "behind_more", "silent")},
                         {"version": compact(DAYS[2]), "names": 1, "terminals": 4, "newest": 1, "behind_1": 0,
                          "behind_7": 1, "behind_more": 0, "silent": 2})
        self.assertEqual(terminals, [])
        self.say(30000102, compact(DAY), f"{DAYS[2]} 21:00:00")
        self.assertEqual(self.lists()[0]["pos"]["behind_1"], 1)
        self.assertEqual(self.lists()[0]["bus"]["terminals"], 0)

    def test_status_names_terminals_that_are_far_behind_and_those_that_say_nothing_are_silent(self):
        self.nights(9)
        self.say(30000101, compact(DAY), f"{DAYS[8]} 12:00:00")
        self.say(30000102, compact(DAYS[4]), f"{DAYS[5]} 12:00:00")
        rows, terminals = self.lists()
        self.assertEqual((rows["pos"]["behind_7"], rows["pos"]["silent"]), (1, 3))
        self.assertEqual([(row["device_no"], row["version"], row["nights"]) for row in terminals],
                         [("30000101", compact(DAY), 7)])

    def test_the_page_of_a_day_shows_what_its_runs_knew(self):
        self.nights(2)
        self.say(30000101, compact(DAY), f"{DAYS[1]} 12:00:00")
        page = self.stage.folder / "outbox/finance" / DAYS[1] / "morning.html"
        self.stage.run("report", "--date", DAYS[1])
        before = page.read_text()
        row = re.search(r"<tr><td class=\"text\">消费机和圈存机</td>(.*?)</tr>", before)[1]
        self.assertEqual(re.findall(r">([^<>]+)<", row)[5:], ["4", "1", "–", "–", "–", "3"])
        self.assertIn(f"名单版本 {compact(DAYS[1])}", before)
        self.nights(2, first=2)
        self.say(30000102, compact(DAY), f"{DAYS[1]} 13:00:00")  # of a later run
        self.stage.run("report", "--date", DAYS[1])
        self.assertEqual(page.read_text(), before)

    def test_the_rows_that_collectors_bring_are_what_counts(self):
        self.night(DAY)
        day = compact(DAYS[1])
        at = t.at("21:00", DAYS[1])
        rows = [status_row(self.town.terminals["canteen"], at, blacklist_version=compact(DAY)),
                status_row(self.town.terminals["noodles"], at, blacklist_version=0)]
        self.town.deliver(status_file(rows, at), made_at=f"{day}213000")
        self.night(DAYS[1])
        pos = self.lists()[0]["pos"]
        self.assertEqual((pos["newest"], pos["behind_1"], pos["silent"]), (1, 1, 2))

    def test_the_page_tells_how_many_cards_terminals_locked(self):
        self.night(DAY)
        self.stage.execute(f"""
            CREATE TABLE ledger.identity_locks PARTITION OF ledger.identity FOR VALUES FROM ('{DAY}', 0) TO ('{DAY}', 99);
            INSERT INTO ledger.identity (record_id, school_code, judged_on, archive_id, file_no, record_no, device_no,
                device_seq, digest, card_no, occurred_at, kind, direction, method, result, verdict)
            SELECT n, {A}, '{DAY}', 1, 1, n, 30000101, n, n, {DAN} + n / 3, '{DAY} 12:00+08', 6 - n % 2, 0, 0, 0, 10
              FROM generate_series(1, 6) AS n""")
        self.stage.run("report", "--date", DAY)
        page = (self.stage.folder / "outbox/finance" / DAY / "morning.html").read_text()
        self.assertIn("按名单锁了 3 张卡", page)  # of records 2, 4 and 6; the others are of buses

    def test_a_school_whose_terminal_stays_behind_its_last_full_list_gets_another(self):
        self.nights(4)
        self.say(30000101, 0, f"{DAYS[3]} 23:00:00")
        self.night(DAYS[4])
        fifth = compact(DAYS[4])
        self.assertNotIn(f"{fifth}_{fifth}_full_pos.txt", self.files(), "it has three days to load the last one")
        self.say(30000101, 0, f"{DAYS[4]} 00:00:00")
        self.stage.run("collect", "--date", DAYS[5])
        self.blacklist(DAYS[5])
        sixth = compact(DAYS[5])
        self.assertIn(f"{sixth}_{sixth}_full_pos.txt", self.files())
        self.assertNotIn(f"{sixth}_{sixth}_full_bus.txt", self.files())
        self.assertNotIn(f"{sixth}_{sixth}_full_pos.txt", self.files(B))

    def test_cards_with_a_counter_conflict_are_proposed_until_they_are_listed(self):
        self.town.sell("canteen", "ann", 500, "12:00")
        twin = self.town.card(1, counter=10, balance=20000)
        self.town.sell("noodles", twin, 700, "12:05")
        self.town.deliver(self.town.log("canteen"), self.town.log("noodles"))
        self.night(DAY)
        self.assertEqual(self.names(DAY), {DAN}, "a proposal is no listing")
        page = (self.stage.folder / "outbox/finance" / DAY / "morning.html").read_text()
        row = re.search(rf"<tr><td class=\"identifier\">{ANN}</td>(.*?)</tr>", page)[1]
        self.assertEqual(re.findall(r">([^<>]+)<", row), ["1", "7.00", DAY, "是"])
        self.assertIn("daybook import loss", page)
        self.report(ANN, "bad", f"{DAYS[1]} 09:00:00")
        self.night(DAYS[1])
        self.assertEqual(self.names(DAYS[1]), {ANN, DAN})
        page = (self.stage.folder / "outbox/finance" / DAYS[1] / "morning.html").read_text()
        self.assertNotIn("建议列入黑名单的卡", page)
