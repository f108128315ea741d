"""settle, seal and audit: fees and statements (RULES 5, P-12), the chain of sealed days (RULES 3), books made anew."""
import datetime
import hashlib
import re

from harness import ATTENTION, DONE, USAGE
import town as t
from town import A, B, DAY, TownCase

NEXT_DAY = "2026-03-03"
CANTEEN, NOODLES, STAFF, OTHER = A + "10001", A + "10002", A + "10003", B + "10001"
HEADER = "date,meal,purchases,purchase_fen,reversals,reversal_fen,late_fen,held_fen,fee_fen,net_fen\n"


def lines(text):
    """The bytes of a statement, whose lines end as RFC 4180 has it."""
    return text.replace("\n", "\r\n").encode()


class SettleCase(TownCase):
    def fees(self, where="true"):
        """(merchant, fen) of the fees booked, negative where a fee was given back."""
        rows = self.stage.rows(f"SELECT debit_account, credit_account, amount_fen, occurred_at FROM api.transfer "
                               f"WHERE kind = 'merchant_fee' AND {where} ORDER BY transfer_id")
        return [(debit[5:], int(fen)) if debit.startswith("2004:") else (credit[5:], -int(fen))
                for debit, credit, fen, _ in rows]

    def statements(self, merchant, period=DAY):
        """The editions of a statement, the oldest first."""
        return [bytes.fromhex(csv) for csv, in self.stage.rows(
            f"SELECT encode(csv, 'hex') FROM ledger.statement WHERE merchant_no = {merchant} AND period = '{period}' "
            "ORDER BY edition")]

    def statement_file(self, merchant, period=DAY):
        return self.stage.folder / "outbox" / "merchant" / merchant / period / "statement.csv"

    def settle(self, date=DAY, expect=DONE):
        return self.stage.run("settle", "--date", date, expect=expect)

    def sell_with_bad_tac(self):
        """A purchase of 4.50 yuan at noon in the canteen that is held."""
        wrong = self.town.sell("canteen", "ben", 450, "12:30")
        self.town.terminals["canteen"].memory[-1] = wrong.patched(42, b"\1\2\3\4")
        self.town.deliver(self.town.log("canteen"), made_at="20260302220000")

    def sell_and_post(self, *sales, date=DAY, made_at="20260302213000", school=A):
        """Sells (terminal, card, fen, time), packs and posts it."""
        for terminal, card, fen, time in sales:
            self.town.sell(terminal, card, fen, time, day=date)
        for terminal in dict.fromkeys(sale[0] for sale in sales):
            self.town.deliver(self.town.log(terminal), school=school, made_at=made_at)
        self.close(date=date)


class Settle(SettleCase):
    def test_fees_are_booked_from_payable_to_income_of_the_merchants_school(self):
        # 0.60 % of 1250 and 800 is 12.3; 0.38 % of 300 is 1.14 and the least is 10
        self.sell_and_post(("canteen", "ann", 1250, "12:00"), ("canteen", "ben", 800, "18:30"),
                           ("noodles", "ann", 300, "12:05"))
        self.settle()
        self.assertEqual(self.stage.rows(
            "SELECT accounting_date, occurred_at AT TIME ZONE 'Asia/Shanghai', debit_account, credit_account, "
            "amount_fen, merchant_no, card_no FROM api.transfer WHERE kind = 'merchant_fee' ORDER BY transfer_id"),
            [(DAY, f"{DAY} 00:00:00", f"2004:{CANTEEN}", f"6002:{A}", "12", CANTEEN, None),
             (DAY, f"{DAY} 00:00:00", f"2004:{NOODLES}", f"6002:{A}", "10", NOODLES, None)])
        self.assertEqual(self.stage.rows(f"SELECT purchase_fen, fee_fen, net_fen FROM api.merchant_day "
                                         f"WHERE merchant_no = '{CANTEEN}'"), [("2050", "12", "2038")])

    def test_half_a_fen_is_rounded_up_and_a_fee_has_its_most(self):
        self.sell_and_post(("canteen", "ann", 1250, "12:00"), ("noodles", "eve", 20000, "12:00"),
                           ("noodles", "cat", 20000, "12:01"), ("noodles", "ben", 15000, "12:02"),
                           ("noodles", "eve", 20000, "12:03"), ("noodles", "eve", 20000, "12:04"),
                           ("noodles", "eve", 20000, "12:05"), ("noodles", "ann", 18000, "12:06"))
        self.settle()
        # 0.60 % of 1250 is 7.5; 0.38 % of 133000 is 505.4 and the most is 500
        self.assertEqual(self.fees(), [(CANTEEN, 8), (NOODLES, 500)])

    def test_a_school_that_settles_itself_is_charged_too(self):
        rows = [(*row[:4], "school", "2026-01-01") for row in t.reference_rows()["school"]]
        path = self.stage.folder / "school.csv"
        path.write_text(t.reference_text("school", rows))
        self.stage.run("import", "school", path, "--date", DAY)
        self.sell_and_post(("canteen", "ann", 1000, "12:00"))
        self.settle()
        self.assertEqual(self.fees(), [(CANTEEN, 6)])

    def test_a_statement_shows_meals_and_the_fee_of_each_date_with_its_digest(self):
        self.sell_and_post(("canteen", "ann", 350, "07:10"), ("canteen", "ann", 1250, "12:00"),
                           ("canteen", "ben", 800, "12:01"), ("canteen", "cat", 600, "20:00"))
        self.sell_with_bad_tac()
        self.close()
        self.settle()
        wanted = lines(HEADER + f"{DAY},breakfast,1,350,0,0,0,0,0,350\n{DAY},lunch,2,2050,0,0,0,450,0,2050\n"
                  f"{DAY},night,1,600,0,0,0,0,0,600\n{DAY},all,0,0,0,0,0,0,18,-18\nTOTAL,,4,3000,0,0,0,450,18,2982\n")
        self.assertEqual(self.statement_file(CANTEEN).read_bytes(), wanted)
        digest = hashlib.sha256(wanted).hexdigest()
        self.assertEqual(self.stage.rows(
            "SELECT statement_no, period, from_date, to_date, edition, turnover_fen, fee_fen, net_fen, sha256, "
            f"check_code FROM api.statement WHERE merchant_no = '{CANTEEN}'"),
            [(f"{CANTEEN}-{DAY}-1", DAY, DAY, DAY, "1", "3000", "18", "2982", digest, digest[:8].upper())])

    def test_a_merchant_without_activity_gets_a_statement_of_zeros(self):
        self.settle()
        for merchant in (CANTEEN, NOODLES):
            self.assertEqual(self.statement_file(merchant).read_bytes(), lines(HEADER + "TOTAL,,0,0,0,0,0,0,0,0\n"))
        self.assertEqual(self.fees(), [])

    def test_statements_end_with_the_cycle_of_their_merchant(self):
        self.sell_and_post(("staff", "eve", 1000, "12:00"))
        for date, merchants in (("2026-03-07", {CANTEEN, NOODLES}), ("2026-03-08", {CANTEEN, NOODLES, STAFF}),
                                ("2026-03-31", {CANTEEN, NOODLES, OTHER})):
            self.settle(date)
            self.assertEqual({row[0] for row in self.stage.rows(
                f"SELECT merchant_no FROM api.statement WHERE to_date = '{date}'")}, merchants, date)
        self.assertEqual(self.stage.rows("SELECT period, from_date, turnover_fen FROM api.statement "
                                         f"WHERE merchant_no IN ('{STAFF}', '{OTHER}') ORDER BY merchant_no"),
                         [("2026-W10", "2026-03-02", "1000"), ("2026-03", "2026-03-01", "0")])

    def test_a_period_has_the_figures_of_its_dates(self):
        self.sell_and_post(("staff", "eve", 1000, "12:00"))
        self.settle()
        self.sell_and_post(("staff", "eve", 700, "12:00"), date="2026-03-06", made_at="20260306213000")
        self.settle("2026-03-06")
        self.settle("2026-03-08")
        self.assertEqual(self.statements(STAFF, "2026-W10"), [lines(
            HEADER + "2026-03-02,lunch,1,1000,0,0,0,0,0,1000\n2026-03-02,all,0,0,0,0,0,0,10,-10\n"
            "2026-03-06,lunch,1,700,0,0,0,0,0,700\n2026-03-06,all,0,0,0,0,0,0,7,-7\nTOTAL,,2,1700,0,0,0,0,17,1683\n")])

    def test_a_second_settle_changes_nothing(self):
        self.sell_and_post(("canteen", "ann", 1250, "12:00"))
        self.settle()
        self.assert_nothing_changes("settle", "--date", DAY)

    def test_money_that_comes_after_settle_is_made_up_for_by_the_difference_in_a_new_edition(self):
        self.sell_and_post(("canteen", "ann", 1250, "12:00"))
        self.settle()
        first = self.statement_file(CANTEEN).read_bytes()
        self.sell_and_post(("canteen", "ben", 800, "12:10"), made_at="20260302230000")
        self.settle()
        self.assertEqual(self.fees(), [(CANTEEN, 8), (CANTEEN, 4)])
        editions = self.statements(CANTEEN)
        self.assertEqual(len(editions), 2)
        self.assertEqual(editions[0], first)
        self.assertIn(b"TOTAL,,2,2050,0,0,0,0,12,2038\r\n", editions[1])
        self.assertEqual(self.statement_file(CANTEEN).read_bytes(), editions[1])
        self.assertEqual(len(self.statements(NOODLES)), 1, "a statement that stays the same has no new edition")
        self.assert_nothing_changes("settle", "--date", DAY)

    def test_a_fee_that_becomes_smaller_is_given_back(self):
        self.sell_and_post(("canteen", "ann", 10000, "12:00"))
        self.settle()
        rows = [(*row[:5], 40, *row[6:]) if row[0] == CANTEEN else row for row in t.reference_rows()["merchant"]]
        path = self.stage.folder / "merchant.csv"
        path.write_text(t.reference_text("merchant", rows))
        self.stage.run("import", "merchant", path, "--date", DAY)
        self.settle()
        self.assertEqual(self.fees(), [(CANTEEN, 60), (CANTEEN, -20)])
        self.stage.run("audit", expect=DONE)

    def test_a_statement_file_that_is_gone_is_written_again(self):
        self.settle()
        text = self.statement_file(CANTEEN).read_bytes()
        self.statement_file(CANTEEN).unlink()
        self.settle()
        self.assertEqual(self.statement_file(CANTEEN).read_bytes(), text)

    def test_a_dry_run_keeps_nothing(self):
        self.sell_and_post(("canteen", "ann", 1250, "12:00"))
        before = self.stage.snapshot(times=True)
        done = self.stage.run("settle", "--date", DAY, "--dry-run")
        self.assertIn("fee_fen=8", done.stderr)
        self.assert_same(before, self.stage.snapshot(times=True))


class SealCase(SettleCase):
    def settle(self, date=DAY, expect=DONE):
        """After the lists of cards, which a seal waits for too."""
        self.stage.run("blacklist", "--date", date, expect=(DONE, USAGE))  # of a sealed day there is none to make
        return super().settle(date, expect)

    def seal(self, date=DAY, expect=DONE):
        return self.stage.run("seal", "--date", date, expect=expect)

    def sealed(self):
        return [date for date, in self.stage.rows("SELECT sealed_date FROM ledger.seal ORDER BY 1")]

    def assert_refused(self, text, date=DAY):
        done = self.seal(date, expect=ATTENTION)
        self.assertRegex(done.stderr, text)
        self.assertNotIn(date, self.sealed())
        self.assertEqual(self.stage.rows("SELECT status FROM api.job_run WHERE job = 'seal' ORDER BY started_at")[-1],
                         ("attention",))


def canonical_digest(stage, previous, day):
    """The digest of docs/ledger.md, made without our code: rows of psql, hashed here."""
    rows = stage.rows(
        "SELECT transfer_id, school_code, accounting_date, extract(epoch FROM occurred_at)::bigint, debit_account, "
        "credit_account, amount_fen, kind, card_no, merchant_no, device_no, device_seq, reverses "
        f"FROM ledger.transfer WHERE accounting_date <= '{day}' AND accounting_date > coalesce((SELECT "
        f"max(sealed_date) FROM ledger.seal WHERE sealed_date < '{day}'), '-infinity') "
        "ORDER BY accounting_date, transfer_id")
    digest = hashlib.sha256(previous)
    for row in rows:
        at = datetime.datetime.fromtimestamp(int(row[3]), datetime.timezone.utc)
        fields = [*row[:3], f"{at:%Y-%m-%dT%H:%M:%S}.000000Z", *row[4:]]
        digest.update(("\t".join("\\N" if f is None else f for f in fields) + "\n").encode())
    return digest.digest(), len(rows)


class Seal(SealCase):
    def play_day(self):
        self.sell_and_post(("canteen", "ann", 1250, "12:00"), ("other", "ben", 400, "12:10"))
        self.settle()

    def test_a_day_is_sealed_once_with_the_digest_of_its_rows(self):
        self.play_day()
        self.seal()
        digest, count = canonical_digest(self.stage, bytes(32), DAY)
        self.assertEqual(self.stage.rows("SELECT encode(previous_digest, 'hex'), encode(digest, 'hex'), transfers "
                                         "FROM ledger.seal"), [("00" * 32, digest.hex(), str(count))])
        self.assert_nothing_changes("seal", "--date", DAY)

    def test_each_digest_follows_the_one_before(self):
        self.play_day()
        self.seal()
        first, _ = canonical_digest(self.stage, bytes(32), DAY)
        self.sell_and_post(("canteen", "ben", 500, "12:00"), date=NEXT_DAY, made_at="20260303213000")
        self.settle(NEXT_DAY)
        self.seal(NEXT_DAY)
        second, count = canonical_digest(self.stage, first, NEXT_DAY)
        self.assertEqual(self.stage.rows("SELECT encode(previous_digest, 'hex'), encode(digest, 'hex'), transfers "
                                         f"FROM ledger.seal WHERE sealed_date = '{NEXT_DAY}'"),
                         [(first.hex(), second.hex(), str(count))])
        self.stage.run("audit", expect=DONE)

    def test_money_of_the_next_day_waits_in_its_books(self):
        self.town.sell("canteen", "ann", 300, "00:05", day=NEXT_DAY)
        self.town.deliver(self.town.log("canteen"), made_at="20260303001500")
        self.play_day()
        self.seal()
        self.assertEqual(self.stage.rows("SELECT accounting_date, purchase_fen, fee_fen FROM api.merchant_day "
                                         f"WHERE merchant_no = '{CANTEEN}' ORDER BY 1"),
                         [(DAY, "1250", "8"), (NEXT_DAY, "300", "0")])
        self.close(date=NEXT_DAY)
        self.settle(NEXT_DAY)
        self.seal(NEXT_DAY)
        self.assertEqual(self.sealed(), [DAY, NEXT_DAY])

    def test_each_job_of_the_day_must_be_done(self):
        self.assert_refused(r'"collect" has not run for 2026-03-02')
        self.stage.run("collect", "--date", DAY)
        self.assert_refused(r'"post" has not run for 2026-03-02')
        self.stage.run("post", "--date", DAY)
        self.assert_refused(r'"blacklist" has not run for 2026-03-02')
        self.assert_refused(r'"settle" has not run for 2026-03-02')
        self.settle()
        self.stage.execute("UPDATE ops.job_run SET status = 'failed', message = 'no space' WHERE job = 'post'")
        self.assert_refused(r'"post" failed for 2026-03-02: no space')
        self.stage.run("post", "--date", DAY)
        self.seal()

    def test_a_job_without_a_source_counts_as_done(self):
        del self.stage.settings["source city"]
        self.stage.write_settings()
        self.settle()
        self.seal()

    def test_what_was_collected_must_be_posted(self):
        self.play_day()
        name = self.town.deliver(self.one_log(), made_at="20260302233000")
        self.stage.run("collect", "--date", DAY)
        self.assert_refused(f'1 packages are collected and not posted, the oldest is "{re.escape(name)}"')

    def test_a_package_that_waits_for_its_key_does_not_hold_the_day(self):
        self.play_day()
        card = self.town.card(20, version=3)
        self.town.sell("canteen", card, 100, "12:30")
        self.town.deliver(self.town.log("canteen"), made_at="20260302233000")
        self.close()
        self.assertEqual(self.stage.value("SELECT count(*) FROM api.archive WHERE reason = 'key_missing'"), "1")
        self.settle()
        self.seal()

    def test_fees_and_statements_must_be_current(self):
        self.play_day()
        self.sell_and_post(("canteen", "ann", 700, "12:20"), made_at="20260302233000")
        self.assert_refused(rf'the fees of 1 merchants .*"{CANTEEN}" is the first; run settle again')
        self.assert_refused(rf'the statement of merchant "{CANTEEN}" for 2026-03-02 is not what the books say')
        self.settle()
        self.seal()

    def test_the_audit_of_the_day_must_be_clean(self):
        self.play_day()
        self.stage.execute("SET session_replication_role = replica; UPDATE ledger.merchant_meal SET late = late + 1")
        self.assert_refused('audit "merchant_sums"')

    def test_the_trial_balance_must_be_zero(self):
        self.play_day()
        self.stage.execute("SET session_replication_role = replica; "
                           "UPDATE ledger.trial_delta SET debit_fen = debit_fen + 5 WHERE code = 6201 OR code = 3001")
        self.assert_refused("the trial balance of 2026-03-02 is 5 fen away from zero")

    def test_days_are_sealed_in_their_order(self):
        self.play_day()
        self.seal()
        done = self.seal("2026-03-05", expect=USAGE)
        self.assertIn('--date "2026-03-05" cannot be sealed before 2026-03-03 is', done.stderr)

    def test_a_dry_run_seals_nothing(self):
        self.play_day()
        before = self.stage.snapshot(times=True)
        self.stage.run("seal", "--date", DAY, "--dry-run")
        self.assert_same(before, self.stage.snapshot(times=True))

    def test_settle_of_a_sealed_day_only_looks_after_files(self):
        self.play_day()
        self.seal()
        self.statement_file(CANTEEN).unlink()
        before = self.stage.snapshot(times=True, without=("ops.job_run",))
        self.settle()
        after = self.stage.snapshot(times=True, without=("ops.job_run",))
        self.assertEqual(before.tables, after.tables)
        self.assertTrue(self.statement_file(CANTEEN).exists())


# What nobody may do to the books, neither a job nor the owner of the schema.
FORBIDDEN = {
    "a transfer of a sealed day": "INSERT INTO ledger.transfer SELECT transfer_id + 100000, school_code, "
                                  "accounting_date, occurred_at, debit_account, credit_account, 1, kind "
                                  "FROM ledger.transfer LIMIT 1",
    "a leaf of a sealed day": f"SELECT ledger.open_leaf('transfer', '{DAY}', (SELECT max(run_id) FROM ledger.run))",
    "a run dated on a sealed day": f"INSERT INTO ledger.run VALUES (8000000, 'post', '{DAY}')",
    "a second seal": "INSERT INTO ledger.seal SELECT sealed_date, run_id, digest, digest, 0, 0 FROM ledger.seal",
    "a changed transfer": "UPDATE ledger.transfer SET amount_fen = amount_fen + 1",
    "a deleted transfer": "DELETE FROM ledger.transfer",
    "an emptied ledger": "TRUNCATE ledger.transfer",
    "a changed record": "UPDATE ledger.record SET amount_fen = 0",
    "a deleted record": "DELETE FROM ledger.record",
    "a changed seal": "UPDATE ledger.seal SET digest = previous_digest",
    "a deleted seal": "DELETE FROM ledger.seal",
    "a changed statement": "UPDATE ledger.statement SET net_fen = 0",
    "a deleted run": "DELETE FROM ledger.run",
    "a fee of a sealed day": f"INSERT INTO ledger.merchant_fee SELECT '{DAY}', 8000000, merchant_no, 0, 1 "
                             "FROM ledger.merchant_fee LIMIT 1",
    "sums of a sealed day": f"INSERT INTO ledger.trial_delta VALUES ('{DAY}', 8000000, 2001, 1, 1)",
    "accounts of a sealed day": f"INSERT INTO ledger.account_delta VALUES ('{DAY}', 8000000, '2004:1', 1, 1)",
    "figures of a sealed day": f"INSERT INTO ledger.merchant_meal VALUES ('{DAY}', 8000000, 1, 1, 1, 1, 0, 0, 0, 0, 0, "
                               "0)",
    "a transfer of nothing": f"INSERT INTO ledger.run VALUES (8000001, 'post', '{NEXT_DAY}'); "
                             f"SELECT ledger.open_leaf('transfer', '{NEXT_DAY}', 8000001); "
                             "INSERT INTO ledger.transfer_20260303_8000001 VALUES "
                             f"(8000001::bigint << 40, 1, '{NEXT_DAY}', now(), '2001:1', '2004:1', 0, 2)",
}


class FirstSeal(TownCase):
    def test_the_first_seal_leaves_no_earlier_turnover_behind(self):
        self.town.sell("canteen", "ann", 1000, "12:00", day="2026-03-01")
        self.town.deliver(self.town.log("canteen", created="2026-03-01 21:30:00"), made_at="20260301213000")
        self.close(date="2026-03-01")
        done = self.stage.run("night", "--date", DAY, expect=ATTENTION)
        self.assertIn("2026-03-01 has turnover and is not sealed: it must be settled and sealed before 2026-03-02",
                      done.stderr)
        self.stage.run("night", "--date", "2026-03-01")
        self.stage.run("night", "--date", DAY)
        self.assertEqual(self.stage.rows("SELECT accounting_date, fee_fen FROM api.merchant_day"), [("2026-03-01", "6")])


class SealedBooks(SealCase):
    @classmethod
    def prepare(cls, stage):
        super().prepare(stage)
        day = cls("play")
        day.stage, day.town = stage, t.Town(stage)
        day.sell_and_post(("canteen", "ann", 1250, "12:00"), ("other", "ben", 400, "12:10"))
        day.settle()
        day.seal()

    def play(self):
        """A name for the case that prepares the stage."""

    def test_the_schema_refuses_every_change_of_a_sealed_day(self):
        before = self.stage.snapshot(times=True)
        for role in ("daybook_job", "daybook_owner", "postgres"):
            for what, sql in FORBIDDEN.items():
                with self.subTest(what, role=role), self.assertRaisesRegex(
                        AssertionError, "only ever added|is sealed|open date|permission denied|violates|no partition"
                                        "|day after the last"):
                    self.stage.execute(f"SET ROLE {role}; {sql}" if role != "postgres" else sql)
        self.assert_same(before, self.stage.snapshot(times=True))


# What is spoiled, and the check that must tell. Triggers are off, as for someone who got at the files of the database.
SPOILED = {
    "trial_sums": "UPDATE ledger.trial_delta SET debit_fen = debit_fen + 1, credit_fen = credit_fen + 1 "
                  "WHERE code = 2001",
    "trial_balanced": "UPDATE ledger.trial_delta SET credit_fen = credit_fen + 1 WHERE code = 6002",
    "account_sums": f"UPDATE ledger.account_delta SET credit_fen = credit_fen + 1 WHERE account = '2004:{CANTEEN}'",
    "between_schools": f"UPDATE ledger.account_delta SET debit_fen = debit_fen + 1 WHERE account = '1221:{B}:{A}'",
    "sources": "UPDATE ledger.run SET job = 'roster' WHERE job = 'settle'",
    "openings": f"UPDATE ref.card SET balance_fen = balance_fen + 1 WHERE card_no = {t.card_no(1)}",
    "record_entries": "UPDATE ledger.record SET amount_fen = amount_fen + 1 WHERE verdict = 10 AND device_seq = 1",
    "record_entries: another card": f"UPDATE ledger.transfer SET debit_account = '2001:{t.card_no(5)}' "
                                    f"WHERE debit_account = '2001:{t.card_no(1)}'",
    "record_entries: no record": "DELETE FROM ledger.record WHERE verdict = 10 AND device_seq = 1",
    "record_entries: no entry": "DELETE FROM ledger.transfer WHERE kind = 2",
    "record_entries: flags": "UPDATE ledger.record SET flags = flags | 1 WHERE verdict = 10",
    "merchant_sums": "UPDATE ledger.merchant_meal SET purchases = purchases + 1",
    "held_sums": "UPDATE ledger.merchant_meal SET held_fen = held_fen + 1 WHERE held > 0",
    "fees": "UPDATE ledger.merchant_fee SET fee_fen = fee_fen + 1",
    "files": "UPDATE ops.archive_file SET posted = posted - 1, duplicate = duplicate + 1 WHERE posted > 0",
    "terminals": "UPDATE ledger.terminal_run SET posted = posted - 1, duplicate = duplicate + 1 WHERE posted > 0",
    "exceptions": "DELETE FROM ledger.exception WHERE verdict = 4",
    "seen_records": "UPDATE ledger.seen_range SET sequences = int8range(lower(sequences), upper(sequences) + 1)",
    "spans": "UPDATE ledger.record_span SET last_at = first_at",
    "spans: astray": "UPDATE ledger.record_span SET first_at = last_at",
    "balances": f"UPDATE ledger.card_state SET purse_fen = -1 WHERE card_no = {t.card_no(1)}",
    "purse_total": f"UPDATE ledger.card_state SET purse_fen = purse_fen + 1 WHERE card_no = {t.card_no(1)}",
    "purses": f"UPDATE ledger.card_state SET purse_fen = purse_fen + CASE card_no WHEN {t.card_no(1)} THEN 1 "
              f"ELSE -1 END WHERE card_no IN ({t.card_no(1)}, {t.card_no(2)})",
    "seen_state": "UPDATE ledger.device_state SET seen = ARRAY[1, 99]",
    "counters": f"UPDATE ledger.card_state SET offline = ARRAY[90, 91] WHERE card_no = {t.card_no(1)}",
    "seals": "UPDATE ledger.transfer SET occurred_at = occurred_at + interval '1 second' WHERE kind = 14",
    "seals: counts": "UPDATE ledger.seal SET transfers = transfers + 1",
    "seals: chain": "UPDATE ledger.seal SET previous_digest = sha256('x')",
}


class Audit(SealedBooks):
    @classmethod
    def prepare(cls, stage):
        super(SealedBooks, cls).prepare(stage)
        day = cls("play")
        day.stage, day.town = stage, t.Town(stage)
        day.sell_with_bad_tac()
        day.sell_and_post(("canteen", "ann", 1250, "12:00"), ("canteen", "cat", 700, "12:05"),
                          ("noodles", "dan", 200, "12:06"), ("stranger", "eve", 300, "12:20"))
        day.sell_and_post(("other", "ben", 400, "12:10"), school=B)
        day.settle()
        day.seal()

    def test_the_schema_refuses_every_change_of_a_sealed_day(self):
        """Asked once, in SealedBooks."""

    def test_clean_books_give_their_counts_and_nothing_else(self):
        before = self.stage.snapshot(times=True)
        done = self.stage.run("audit", "--json", expect=DONE)
        self.assertRegex(done.stdout, r'"findings": ?0')
        self.assertRegex(done.stdout, r'"records": ?6')
        self.assertRegex(done.stdout, r'"seals": ?1')
        self.assert_same(before, self.stage.snapshot(times=True), "audit changed something")

    def test_dates_limit_what_is_looked_at(self):
        self.stage.execute("SET session_replication_role = replica; " + SPOILED["merchant_sums"])
        self.stage.run("audit", "--from", NEXT_DAY, expect=DONE)
        self.stage.run("audit", "--to", "2026-03-01", expect=DONE)
        self.stage.run("audit", "--from", DAY, "--to", DAY, expect=ATTENTION)

    def test_dates_that_are_none_are_usage_errors(self):
        self.assertIn('--from: "yesterday" is not a date',
                      self.stage.run("audit", "--from", "yesterday", expect=USAGE).stderr)
        self.stage.run("audit", "--from", NEXT_DAY, "--to", DAY, expect=USAGE)

    def test_whatever_is_spoiled_is_found(self):
        for what, sql in SPOILED.items():
            with self.subTest(what):
                stage = self.copy_of(self.stage)
                stage.execute("SET session_replication_role = replica; " + sql)
                done = stage.run("audit", expect=ATTENTION)
                self.assertIn(f'audit "{what.split(":")[0]}"', done.stderr)
