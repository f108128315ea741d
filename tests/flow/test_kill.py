"""kill -9 at the fault points of each job, then a second run: the same tables and files as if nothing had happened."""
from harness import ATTENTION, DONE, KillCase
import town as t
from town import B, DAY

STATUS = (DONE, ATTENTION)


def middle_pass(count):
    return [(count + 1) // 2]


class KillInit(KillCase):
    @classmethod
    def prepare(cls, stage):
        pass

    def test_init(self):
        self.kill_everywhere("init")


class Kill(KillCase):
    @classmethod
    def prepare(cls, stage):
        t.install(stage)
        stage.settings["source city"]["parallel"] = 2
        stage.write_settings()

    def setUp(self):
        super().setUp()
        self.town = t.Town(self.stage)

    def fill_the_server(self):
        """Good, bad, double and unknown: what makes post write to every table it has."""
        play = self.town
        play.sell("canteen", "ann", 100, "12:00")
        play.sell("canteen", "ben", 200, "12:01")
        first = play.log("canteen")
        play.deliver(first)
        play.sell("canteen", "ann", 300, "12:02")
        play.spoil("canteen", 42, bytes(4))
        play.sell("canteen", play.card(77), 150, "12:03")
        play.sell("canteen", "dan", 150, "12:04")
        play.deliver(play.log("canteen"), made_at="20260302214000", extension="tar.gz")
        play.deliver(first, made_at="20260302215000", extension="7z")
        play.sell("other", "ann", 400, "13:00")
        play.deliver(play.log("other"), school=B)
        play.deliver_bytes(b"not an archive")

    def test_import(self):
        rows = [(*row[:7], 77, *row[8:]) for row in t.reference_rows()["merchant"]]
        path = self.stage.folder / "again.csv"
        path.write_text(t.reference_text("merchant", rows))
        self.kill_everywhere("import", "merchant", path, "--date", DAY)

    def test_import_of_what_posts(self):
        path = self.stage.folder / "subsidy.csv"
        path.write_text(t.reference_text("subsidy", [("B1", 1, "", 100, "2026-03-31"), ("B1", "", t.card_no(1), 7, "2026-03-01")]))
        self.kill_everywhere("import", "subsidy", path, "--date", DAY)

    def test_settle_of_lapses_and_drains(self):
        card = t.card_no(1)
        for kind, rows in (("subsidy", [("B1", 1, "", 100, "2026-03-01")]),
                           ("loss", [(card, "closed", "2026-02-20 08:00:00", "")])):
            path = self.stage.folder / f"{kind}.csv"
            path.write_text(t.reference_text(kind, rows))
            self.stage.run("import", kind, path, "--date", DAY)
        self.kill_everywhere("settle", "--date", DAY, expect=STATUS)

    def test_collect(self):
        self.fill_the_server()
        self.kill_everywhere("collect", "--date", DAY, expect=STATUS)

    def test_post(self):
        self.fill_the_server()
        self.stage.run("collect", "--date", DAY, expect=STATUS)
        self.kill_everywhere("post", "--date", DAY, expect=STATUS)

    def test_post_over_two_connections(self):
        self.stage.settings["limits"] = {"two_connections_records": 0}
        self.stage.write_settings()
        self.fill_the_server()
        self.stage.run("collect", "--date", DAY, expect=STATUS)
        self.kill_everywhere("post", "--date", DAY, expect=STATUS)

    def test_settle(self):
        self.post_the_day()
        self.kill_everywhere("settle", "--date", DAY, expect=STATUS)

    def test_blacklist(self):
        # The first lists, whole, and on the next day what has changed; a full one on demand besides.
        self.kill_everywhere("blacklist", "--date", DAY)
        self.stage.run("night", "--date", DAY, expect=STATUS)
        loss = self.stage.folder / "loss.csv"
        loss.write_text(t.reference_text("loss", [(t.card_no(1), "lost", "2026-03-03 08:00:00", "")]))
        self.stage.run("import", "loss", loss)
        self.kill_everywhere("blacklist", "--date", "2026-03-03", "--full")

    def test_seal(self):
        self.post_the_day()
        self.stage.run("settle", "--date", DAY, expect=STATUS)
        self.kill_everywhere("seal", "--date", DAY, expect=STATUS)

    def test_report(self):
        self.post_the_day()
        self.stage.run("settle", "--date", DAY, expect=STATUS)
        self.stage.run("seal", "--date", DAY, expect=STATUS)
        self.kill_everywhere("report", "--date", DAY, expect=STATUS)

    def test_night(self):
        self.fill_the_server()
        # The jobs by themselves were killed at more passes above; here it is what night makes of a killed one.
        self.kill_everywhere("night", "--date", DAY, expect=STATUS, sample=middle_pass)

    def post_the_day(self):
        self.fill_the_server()
        self.stage.run("collect", "--date", DAY, expect=STATUS)
        self.stage.run("post", "--date", DAY, expect=STATUS)
        self.stage.run("blacklist", "--date", DAY)
