"""Roles: what a job and a reader must not do with what the schema hands them (DESIGN.md 8)."""
from harness import psql
from town import B, TownCase

READER = f"""
DO $$ BEGIN CREATE ROLE daybook_test_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT daybook_reader TO daybook_test_reader;
INSERT INTO ops.reader_scope VALUES ('daybook_test_reader', {B}, NULL);
SET ROLE daybook_test_reader;
CREATE TEMPORARY TABLE heard (words text);
CREATE FUNCTION pg_temp.hear(words text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
AS $$ BEGIN INSERT INTO pg_temp.heard VALUES (words); RETURN true; END $$;
"""
FORGED = """
SET ROLE daybook_job;
CREATE FUNCTION pg_temp.spoil() RETURNS bigint LANGUAGE plpgsql
AS $$ BEGIN UPDATE ledger.card_state SET purse_fen = purse_fen + 1; RETURN 1; END $$;
CREATE TEMPORARY VIEW new_card_state AS SELECT c.*, pg_temp.spoil() AS read_run FROM ledger.card_state AS c;
CREATE TEMPORARY TABLE new_device_state AS SELECT d.*, NULL::bigint AS read_run FROM ledger.device_state AS d LIMIT 0;
GRANT ALL ON new_card_state, new_device_state TO PUBLIC;
SELECT ledger.replace_state();
"""


class Roles(TownCase):
    def ask(self, sql):
        """The one value that a script ends with; nothing of it stays."""
        return psql(self.stage.name, "-1", "-c", f"BEGIN; {sql}; ROLLBACK").strip()

    def test_a_job_cannot_stage_state_by_a_view_of_its_own(self):
        before = self.stage.rows("SELECT card_no, purse_fen FROM ledger.card_state ORDER BY 1")
        with self.assertRaisesRegex(AssertionError, "state is staged by functions of the owner alone"):
            self.stage.execute(FORGED)
        self.assertEqual(self.stage.rows("SELECT card_no, purse_fen FROM ledger.card_state ORDER BY 1"), before)

    def test_no_function_of_a_reader_sees_rows_of_other_schools(self):
        self.town.sell("canteen", "ann", 1250, "12:00")
        self.town.sell("other", "cat", 300, "12:00")
        self.town.deliver(self.town.log("canteen"))
        self.town.deliver(self.town.log("other"), school=B)
        self.close()
        for view, column in (("transfer", "debit_account"), ("archive", "name"), ("card_balance", "card_no"),
                             ("merchant_day", "merchant_no")):
            with self.subTest(view):
                own = self.ask(READER + f"SELECT count(*) FROM api.{view}")
                heard = self.ask(
                    READER + f"DO $$ BEGIN PERFORM FROM api.{view} WHERE pg_temp.hear({column}); END $$; "
                             "SELECT count(*) FROM heard")
                self.assertNotEqual(own, "0")
                self.assertEqual(heard, own)
