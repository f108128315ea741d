"""status and doctor: what they tell, that they change nothing, and what is said when something is wrong."""
import json

from harness import ATTENTION, DATABASE, DONE, NETWORK, USAGE
from town import DAY, TownCase

LOOKING = (DONE, ATTENTION)


class Status(TownCase):
    def look(self):
        return json.loads(self.stage.run("status", "--json").stdout)

    def test_it_tells_what_ran_what_came_and_what_is_open(self):
        self.town.sell("canteen", "ann", 100, "12:00")
        self.town.sell("canteen", "ben", 200, "12:01")
        self.town.spoil("canteen", 42, b"\1\2\3\4")
        self.town.deliver(self.town.log("canteen"))
        self.town.deliver_bytes(b"not an archive")
        self.close()
        found = self.look()
        self.assertEqual(found["open_date"], None)
        self.assertEqual([(run["job"], run["date"], run["status"]) for run in found["jobs"]][-2:],
                         [("collect", DAY, "done"), ("post", DAY, "attention")])
        self.assertEqual([(p["state"], p["reason"], p["packages"]) for p in found["packages"]],
                         [("posted", "", 1), ("quarantined", "unreadable", 1)])
        self.assertIn(("tac_bad", 1, 200), [(x["verdict"], x["open"], x["amount_fen"]) for x in found["exceptions"]])
        # The other terminals of the town have never sent anything.
        self.assertEqual([t["device_no"] for t in found["stale_terminals"]], ["30000102", "30000103", "30000201"])

    def test_it_tells_what_waits_to_be_sent(self):
        self.town.deliver(self.town.log("canteen", []))
        self.stage.run("collect", "--date", DAY)
        self.stage.settings["source city"]["port"] = 1
        self.stage.write_settings()
        self.stage.run("post", "--date", DAY, expect=NETWORK)
        self.assertEqual(self.look()["outbox"], [{"source": "city", "state": "queued", "files": 1}])

    def test_it_changes_nothing_and_paper_and_json_agree(self):
        self.town.deliver(self.town.log("canteen", []))
        self.close()
        self.assert_nothing_changes("status")
        self.assert_nothing_changes("doctor", expect=LOOKING)
        paper = self.stage.run("status").stdout
        for part in self.look()["packages"]:
            self.assertRegex(paper, rf"{part['state']} .* {part['packages']} ")


class Doctor(TownCase):
    def look(self, expect):
        done = self.stage.run("doctor", "--json", expect=expect)
        return {(c["check"], c["result"]): c for c in json.loads(done.stdout)}

    def test_a_site_in_order_has_nothing_bad(self):
        found = self.look(LOOKING)
        self.assertEqual([c for c, result in found if result == "bad"], [])
        for check in ("settings", "intake", "outbox", "master keys", "certificate", "collectors' ca", "database",
                      "source city"):
            self.assertIn((check, "ok"), found)

    def test_everything_is_looked_at_whatever_fails(self):
        (self.stage.folder / "keys" / "master-keys.p7m").write_bytes(b"no envelope")
        self.stage.settings["source city"]["port"] = 1
        self.stage.settings["database"]["conninfo"] += " dbname=nowhere"
        self.stage.write_settings()
        found = self.look((USAGE, ATTENTION))
        for check in ("master keys", "database", "source city"):
            self.assertIn((check, "bad"), found)
        self.assertIn(("certificate", "ok"), found)

    def test_a_private_key_that_others_may_read(self):
        (self.stage.folder / "keys" / "host.key").chmod(0o644)
        found = self.look(USAGE)
        self.assertIn("chmod 600", found["master keys", "bad"]["hint"])

    def test_a_host_key_that_is_not_pinned(self):
        empty = self.stage.folder / "known_hosts"
        empty.write_text("")
        self.stage.settings["source city"]["known_hosts"] = empty
        self.stage.write_settings()
        self.assertIn("ssh-keyscan", self.look(USAGE)["source city", "bad"]["hint"])

    def test_a_database_without_the_schema(self):
        self.stage.execute("DROP SCHEMA api, ops, ledger, ref CASCADE")
        self.assertIn("daybook init", self.look(DATABASE)["database", "bad"]["hint"])

    def test_a_folder_that_is_not_there(self):
        self.stage.settings["site"]["intake"] = self.stage.folder / "nowhere"
        self.stage.write_settings()
        self.assertIn("nowhere", self.look(6)["intake", "bad"]["message"])


class DryRuns(TownCase):
    """--dry-run keeps nothing and sends nothing."""

    def test_import(self):
        path = self.stage.folder / "given.csv"
        path.write_text("date,kind,school_code,note\n2026-06-19,holiday,,x\n")
        self.assert_nothing_changes("import", "calendar", path, "--date", DAY, "--dry-run")
        done = self.stage.run("import", "calendar", path, "--date", DAY, "--dry-run", "--json")
        self.assertEqual(json.loads(done.stdout)["new"], 1)

    def test_collect_and_post(self):
        name = self.town.deliver(self.town.log("canteen", []))
        self.assert_nothing_changes("collect", "--date", DAY, "--dry-run")
        self.assertIn(name, self.stage.run("collect", "--date", DAY, "--dry-run").stderr)
        self.stage.run("collect", "--date", DAY)
        self.assert_nothing_changes("post", "--date", DAY, "--dry-run")
        self.assertEqual(self.stage.acks(), {})
