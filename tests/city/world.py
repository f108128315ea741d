"""The city at rest: schools, merchants, terminals, people and cards, and their reference files.

Everything comes from the seed. The world knows no traffic; terminal.py and city.py move it.
"""
import csv
import dataclasses
import datetime
import io
import random

import primitives as p
from machine import Machine
from terminal import Card, Terminal

PROVINCE = "37"
REGION = "370102"
CARD_KIND = "01"
# category of the school code, level, word in the name, first and last grade
LEVELS = (("21", "primary", "小学", 1, 6), ("31", "junior", "初级中学", 7, 9), ("34", "senior", "高级中学", 10, 12))
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "子梓一浩雨欣宇佳思嘉俊文博涵轩怡晨睿明泽诗琪若彤语瑶可馨铭源"
COLUMNS = {
    "school": "school_code,name,district_code,level,settlement,settlement_from",
    "merchant": "merchant_no,name,school_code,kind,parent_no,fee_bps,fee_min_fen,fee_max_fen,cycle,"
                "payee_name,payee_account,payee_bank",
    "terminal": "device_no,psam_no,kind,school_code,place,merchant_no,valid_from,valid_to,log_format,capacity,"
                "classes,first_seq",
    "person": "person_no,kind,name,school_code,registry_no,id_no,sex,grade,class,boarding,guardian_name,"
              "guardian_mobile,status",
    "card": "card_no,person_no,card_class,chip,key_version,status,issued_on,expires_on,counter,online_counter,"
            "balance_fen,replaces",
    "calendar": "date,kind,school_code,note",
    "opening": "account,amount_fen",
    "loss": "card_no,kind,effective_at,reason",
    "cash": "slip_no,cashier,kind,card_no,bank_account,amount_fen,at",
    "subsidy": "batch_no,card_class,card_no,amount_fen,valid_to",
}
ENCODING = {"merchant": "gb18030", "school": "utf-8-sig"}
LINE_END = {"terminal": "\r\n"}
# suffix, name, kind, parent suffix, fee in basis points, least, most, cycle, classes
STALLS = (
    ("10001", "第一食堂", "independent", "", 60, 0, 0, "day", ""),
    ("10002", "面食窗口", "managed", "10001", 38, 10, 500, "day", ""),
    ("10003", "清真窗口", "managed", "10001", 0, 0, 0, "week", ""),
    ("10004", "校园超市", "independent", "", 100, 1, 20000, "month", ""),
    ("10005", "教工餐厅", "independent", "", 55, 100, 300, "day", "60-79"),
    ("10006", "水果屋", "managed", "10004", 80, 5, 0, "month", "1-59;60-79"),
    ("10007", "校车", "independent", "", 0, 0, 0, "week", ""),
)
# merchant suffix of each pos terminal of a school
POSTS = ("10001", "10001", "10002", "10003", "10004", "10005", "10006")
# name, kind, merchant suffix and log format of each other machine of a school
MACHINES = (
    ("reader", "attendance", "", "att-csv/1"), ("gate", "gate", "", "gate-xml/1"), ("dorm", "dorm", "", "gate-xml/1"),
    ("bus door", "bus", "", "gate-xml/1"), ("bus", "bus", "10007", "pkg-csv/1"),
    ("bathhouse", "pos", "10004", "xf-text/1"),
)


@dataclasses.dataclass
class School:
    """A school with what stands in it; rows are as in the reference files."""

    row: dict
    merchants: dict = dataclasses.field(default_factory=dict)
    terminals: list = dataclasses.field(default_factory=list)
    machines: dict = dataclasses.field(default_factory=dict)
    cards: list = dataclasses.field(default_factory=list)
    collectors: dict = dataclasses.field(default_factory=dict)

    @property
    def code(self):
        return self.row["school_code"]


class World:
    """The reference data of a city and the living cards and terminals behind it."""

    def __init__(self, seed, schools, cards, start):
        self.rng = random.Random(f"world {seed}")
        self.start = start
        self.rows = {kind: [] for kind in COLUMNS}
        self.late = {}
        self.masters = {("3des", 1): self.rng.randbytes(16), ("3des", 2): self.rng.randbytes(16),
                        ("sm4", 1): self.rng.randbytes(16), ("sm4", 2): self.rng.randbytes(16)}
        self.later_masters = {}
        self.ring = p.KeyRing(dict(self.masters))
        self.serial = self.slips = 0
        self.schools = [self.make_school(index) for index in range(schools)]
        for index in range(cards):
            self.make_holder(self.schools[index % schools])
        self.make_calendar()

    def from_start(self, days):
        return str(self.start + datetime.timedelta(days=days))

    def make_school(self, index):
        category, level, word, *_ = LEVELS[index % 3]
        own = index % 10 == 9
        row = {"school_code": f"{category}{PROVINCE}{index + 1:06d}", "name": f"日清市第{index + 1}{word}",
               "district_code": REGION, "level": level, "settlement": "school" if own else "central",
               "settlement_from": str(self.start.replace(month=1, day=1)) if own else ""}
        self.rows["school"].append(row)
        school = School(row)
        for stall in STALLS:
            self.make_merchant(school, stall)
        for number, suffix in enumerate(POSTS, 1):
            self.make_terminal(school, f"{index + 1:03d}{number:02d}", "pos", suffix)
        school.machines["loader"] = self.make_terminal(school, f"{index + 1:03d}80", "load", "")
        for number, (name, kind, suffix, log_format) in enumerate(MACHINES, 81):
            school.machines[name] = self.make_terminal(school, f"{index + 1:03d}{number}", kind, suffix,
                                                       log_format=log_format)
        return school

    def make_merchant(self, school, stall):
        suffix, name, kind, parent, bps, least, most, cycle, _ = stall
        number = school.code + suffix
        row = {"merchant_no": number, "name": f"{school.row['name']}{name}", "school_code": school.code,
               "kind": kind, "parent_no": school.code + parent if parent else "", "fee_bps": str(bps),
               "fee_min_fen": str(least), "fee_max_fen": str(most), "cycle": cycle, "payee_name": name,
               "payee_account": f"6228{number[-11:]}", "payee_bank": "日清农商行"}
        self.rows["merchant"].append(row)
        school.merchants[suffix] = row

    def make_terminal(self, school, tail, kind, suffix, **changes):
        """A device on file that the school's collectors dump; changes override columns of its row."""
        terminal = self.make_device(school, tail, kind, suffix, **changes)
        terminal.collector = "01" if kind in ("load", "gate", "bus") or len(school.terminals) < 4 else "02"
        school.terminals.append(terminal)
        return terminal

    def make_device(self, school, tail, kind, suffix, **changes):
        """A device on file, with its living twin."""
        classes = {stall[0]: stall[8] for stall in STALLS}.get(suffix, "")
        row = {"device_no": f"300{tail}", "psam_no": f"3701{tail:0>8}", "kind": kind, "school_code": school.code,
               "place": f"{int(tail[-2:])}号机", "merchant_no": school.code + suffix if suffix else "",
               "valid_from": self.from_start(-500), "valid_to": "", "log_format": "pos-bin/1", "capacity": "20000",
               "classes": classes, "first_seq": ""}
        row.update(changes)
        self.rows["terminal"].append(row)
        if row["log_format"] == "pos-bin/1":
            terminal = Terminal(row["device_no"], row["psam_no"], school.code, row["merchant_no"], self.ring,
                                classes=row["classes"])
            terminal.next_seq = int(row["first_seq"] or 1)
        else:
            terminal = Machine(row, self.ring)
        terminal.psam_seq = self.rng.randrange(1, 50000)
        return terminal

    def make_person(self, school, kind):
        self.serial += 1
        index = self.serial
        level = LEVELS[[entry[0] for entry in LEVELS].index(school.code[:2])]
        grade = self.rng.randrange(level[3], level[4] + 1)
        year = self.start.year - 6 - grade if kind == "student" else self.rng.randrange(1966, 1999)
        born = datetime.date(year, 1, 1) + datetime.timedelta(days=index % 365)
        digits = f"{REGION}{born:%Y%m%d}{index // 365 % 1000:03d}"
        id_no = digits + p.citizen_check(digits)
        student = kind == "student"
        row = {"person_no": f"{'S' if student else 'T'}{index:08d}", "kind": kind, "name": self.make_name(),
               "school_code": school.code, "registry_no": f"G{id_no}" if student else "", "id_no": id_no,
               "sex": "1" if int(digits[-1]) % 2 else "2", "grade": str(grade) if student else "",
               "class": str(self.rng.randrange(1, 9)) if student else "",
               "boarding": str(int(self.rng.random() < 0.2)) if student else "",
               "guardian_name": self.make_name() if student else "",
               "guardian_mobile": f"1{self.rng.randrange(30, 100)}{index:08d}" if student else "", "status": "active"}
        self.rows["person"].append(row)
        return row

    def make_name(self):
        given = "".join(self.rng.choice(GIVEN) for _ in range(self.rng.randrange(1, 3)))
        return self.rng.choice(SURNAMES) + given

    def make_card(self, person, **changes):
        """A card on file, with its living twin; changes override columns of its row."""
        self.serial += 1
        digits = f"{REGION}{CARD_KIND}{self.serial:09d}"
        chip = self.rng.choices(("cpu3des", "cpusm4", "m1"), (60, 30, 10))[0]
        row = {"card_no": digits + p.luhn_digit(digits), "person_no": person["person_no"],
               "card_class": "60" if person["kind"] == "staff" else str(1 + self.rng.randrange(3)), "chip": chip,
               "key_version": str(self.rng.randrange(1, 3)), "status": "normal", "issued_on": self.from_start(-180),
               "expires_on": self.from_start(1500), "counter": str(self.rng.randrange(0, 900)), "online_counter": "3",
               "balance_fen": str(self.rng.randrange(9000, 60000)), "replaces": ""}
        row.update(changes)
        self.rows["card"].append(row)
        return Card(row, person["school_code"])

    def make_holder(self, school):
        """A person with a card who takes part in the school's daily traffic."""
        person = self.make_person(school, "staff" if self.rng.random() < 0.08 else "student")
        status = self.rng.choices(("normal", "locked", "frozen", "lost"), (988, 4, 4, 4))[0]
        card = self.make_card(person, status=status)
        card.boards, card.rides = person["boarding"] == "1", person["kind"] == "student" and self.rng.random() < 0.15
        if status == "lost":
            return
        school.cards.append(card)
        if self.rng.random() < 0.004:
            at = datetime.datetime.combine(self.start, datetime.time(9)) - datetime.timedelta(days=20)
            self.loss(card, "lost", at, "挂失")
            self.loss(card, "found", at + datetime.timedelta(hours=5), "解挂")

    def make_calendar(self):
        for date, kind, note in (("01-01", "holiday", "元旦"), ("02-28", "makeup", "调休上课"),
                                 ("04-05", "holiday", "清明节"), ("05-01", "holiday", "劳动节")):
            self.rows["calendar"].append({"date": f"{self.start.year}-{date}", "kind": kind, "school_code": "",
                                          "note": note})

    def loss(self, card, kind, at, reason, reported=None):
        """A loss row, at cut-over or before the night of the date on which it was reported."""
        row = {"card_no": card.card_no, "kind": kind, "effective_at": f"{at:%Y-%m-%d %H:%M:%S}", "reason": reason}
        self.add_late(reported, "loss", row)

    def cash(self, day, kind, amount, at, card=None, bank=""):
        """A cashier's slip, handed in before the night of a day."""
        self.slips += 1
        row = {"slip_no": f"S{self.slips:08d}", "cashier": card.school[-4:] if card else "0001", "kind": kind,
               "card_no": card.card_no if card else "", "bank_account": bank, "amount_fen": str(amount),
               "at": f"{at:%Y-%m-%d %H:%M:%S}"}
        self.add_late(day, "cash", row)
        return row

    def subsidy(self, day, amount, valid_to, card=None, card_class=""):
        """A batch of one row for a card or for a class, handed in before the night of a day."""
        self.slips += 1
        self.add_late(day, "subsidy", {
            "batch_no": f"B{self.slips:08d}", "card_class": card_class, "card_no": card.card_no if card else "",
            "amount_fen": str(amount), "valid_to": str(valid_to)})

    def hand_in_later(self, day, kind, row):
        """Takes a row out of the cut-over: it comes before the night of a later day."""
        self.rows[kind].remove(row)
        self.add_late(day, kind, row)

    def add_late(self, date, kind, row):
        """Adds a reference row to the cut-over, or (a later date given) to what comes before that date's night."""
        target = self.rows if date in (None, self.start) else self.late.setdefault(date, {})
        target.setdefault(kind, []).append(row)

    def write_reference(self, out):
        """Writes reference/KIND.csv and late_import/<date>/KIND.csv."""
        for kind, rows in self.rows.items():
            write_rows(out / "reference" / f"{kind}.csv", kind, rows)
        for date, kinds in sorted(self.late.items()):
            for kind, rows in sorted(kinds.items()):
                write_rows(out / "late_import" / date.isoformat() / f"{kind}.csv", kind, rows)


def write_rows(path, kind, rows):
    """One reference file in the encoding and with the line ends of its kind."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS[kind].split(","), lineterminator=LINE_END.get(kind, "\n"))
    writer.writeheader()
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode(ENCODING.get(kind, "utf-8")))
