"""The pages of three nights of a city with faults: their figures are the city's truth, their links lead somewhere, and a
sealed day is rendered again with the same bytes."""
import csv
import html.parser
import pathlib
import types

from harness import FlowCase, USAGE
from test_night import CityCase, DAYS, STATUS, city


def setUpModule():
    city()


class Page(html.parser.HTMLParser):
    """The texts, links and rows of cells of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.rows, self.texts, self.open = [], [], [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "a":
            self.links.append(named["href"])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in ("meta", "line", "circle", "polyline"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        if self.open and self.open[-1] in ("style", "script"):
            return
        self.texts.append(data)
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data

    def row(self, *first):
        """The one row that begins with these cells."""
        found = [row for row in self.rows if tuple(row[:len(first)]) == first]
        assert len(found) == 1, f"{len(found)} rows begin with {first}"
        return found[0]


def yuan(fen):
    whole, rest = divmod(abs(fen), 100)
    return "–" if fen == 0 else f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def truth(day, view):
    with open(city() / "truth" / day / f"{view}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Reports(CityCase):
    @classmethod
    def prepare(cls, stage):
        super().prepare(stage)
        cls.pages = {}
        for day in DAYS:
            # Of a test that is not there yet, what happens before a night needs the stage only.
            cls.before_night(types.SimpleNamespace(stage=stage), day)
            stage.run("night", "--date", day, expect=STATUS)
            cls.pages[day] = (stage.folder / "outbox/finance" / day / "morning.html").read_bytes()

    def outbox(self, *parts):
        return self.stage.folder.joinpath("outbox", *parts)

    def test_the_page_shows_the_sales_of_the_truth(self):
        for day in DAYS:
            rows = [row for row in truth(day, "merchant_day") if row["accounting_date"] == day]
            total = {name: sum(int(row[name]) for row in rows)
                     for name in ("purchases", "purchase_fen", "reversal_fen", "late_fen", "fee_fen", "net_fen", "held_fen")}
            page = Page(self.outbox("finance", day, "morning.html"))
            with self.subTest(day):
                shown = [row for row in page.rows if row and row[0] == "合计" and len(row) == 10 and row[1] == ""]
                self.assertEqual(shown[-1][3:9], [
                    f"{total['purchases']:,}", yuan(total["purchase_fen"] - total["reversal_fen"]), yuan(total["late_fen"]),
                    yuan(total["held_fen"]), yuan(total["fee_fen"]), yuan(total["net_fen"])])

    def test_the_page_shows_the_trial_balance_of_the_truth(self):
        for day in DAYS:
            page = Page(self.outbox("finance", day, "morning.html"))
            for line in truth(day, "trial_balance"):
                if line["accounting_date"] != day:
                    continue
                row = page.row(line["code"])
                with self.subTest(day=day, code=line["code"]):
                    self.assertEqual([cell for cell in (row[2] + row[3], row[4], row[5], row[6] + row[7])],
                                     [yuan(int(line[name])) for name in
                                      ("opening_fen", "debit_fen", "credit_fen", "closing_fen")])

    def test_the_page_counts_the_open_exceptions_of_the_truth(self):
        for day in DAYS:
            open_now = [row for row in truth(day, "exception") if row["state"] == "open"]
            page = Page(self.outbox("finance", day, "morning.html"))
            shown = [row for row in page.rows if row[0] == "合计" and len(row) == 10 and row[1] not in ("", "合计")]
            with self.subTest(day):
                self.assertEqual(int(shown[0][4].replace(",", "")), len(open_now))

    def test_the_page_counts_what_the_packages_held(self):
        seen = set()
        for day in DAYS:
            rows = [row for row in truth(day, "archive") if row["state"] == "posted" and row["name"] not in seen]
            seen |= {row["name"] for row in rows}
            page = Page(self.outbox("finance", day, "morning.html"))
            with self.subTest(day):
                for label, name in (("入账", "posted"), ("重复", "duplicate"), ("挂起", "held"), ("拒收", "rejected"),
                                    ("收录", "records")):
                    count = sum(int(row[name]) for row in rows)
                    self.assertEqual(page.row(label)[1], f"{count:,}" if count else "–", label)

    def test_every_link_leads_to_a_file(self):
        pages = sorted(self.outbox().rglob("*.html"))
        self.assertGreater(len(pages), 20)
        for path in pages:
            for link in Page(path).links:
                target = path if link.startswith("#") else path.parent / link
                self.assertTrue(target.is_file(), f"{path} leads to {link}")

    def test_every_folder_has_an_index(self):
        for folder in [self.outbox(), *(p for p in self.outbox().rglob("*") if p.is_dir())]:
            self.assertTrue((folder / "index.html").is_file(), folder)

    def test_a_sealed_day_is_rendered_again_with_the_same_bytes(self):
        for day in DAYS:
            path = self.outbox("finance", day, "morning.html")
            path.unlink()
            self.stage.run("report", "--date", day, expect=STATUS)
            with self.subTest(day):
                self.assertEqual(path.read_text().splitlines(), self.pages[day].decode().splitlines())

    def test_speaks_english_where_the_settings_say_so(self):
        self.stage.settings["site"]["language"] = "en"
        self.stage.write_settings()
        self.stage.run("report", "--date", DAYS[0], expect=STATUS)
        text = "".join(Page(self.outbox("finance", DAYS[0], "morning.html")).texts)
        self.assertIn("Trial balance", text)
        self.assertNotIn("试算", text)

    def test_a_dry_run_writes_nothing(self):
        before = self.stage.snapshot(times=True)
        self.stage.run("report", "--date", "2026-03-05", "--dry-run", expect=STATUS)
        self.assertEqual(before.differences(self.stage.snapshot(times=True)), [])

    def test_shows_the_open_day_as_a_preview(self):
        self.stage.run("report", expect=STATUS)
        text = "".join(Page(self.outbox("finance", "2026-03-05", "morning.html")).texts)
        self.assertIn("尚未封账", text)
        self.assertIn("预览（未封账）", text)

    def test_refuses_a_date_before_the_books_began(self):
        done = self.stage.run("report", "--date", "2026-03-01", expect=USAGE)
        self.assertIn('there is nothing to report of "2026-03-01": the books begin on 2026-03-02', done.stderr)


class EmptyBooks(FlowCase):
    @classmethod
    def prepare(cls, stage):
        stage.run("init")

    def test_refuses_to_report_before_the_first_run(self):
        done = self.stage.run("report", "--date", "2026-03-02", expect=USAGE)
        self.assertIn("no run has been made yet", done.stderr)
        self.assertFalse(any(pathlib.Path(self.stage.folder / "outbox").iterdir()))
