"""A town small enough to reason about: two schools, a handful of terminals and cards, and packages made by hand.

Reference data are rows written out below; terminals and cards that live (counters, balances, TACs) come from the city's
own parts. A Town is one life: each test makes its own and starts from the cut-over state.
"""
import atexit
import csv
import datetime
import functools
import io
import pathlib
import shutil
import tempfile

from harness import ATTENTION, DONE, FlowCase  # puts the city's folder on the path
import package
import primitives
from terminal import Card, Entry, Terminal, log_file, sale_tac

__all__ = ["A", "B", "DAY", "Entry", "Town", "TownCase", "at", "package", "primitives", "sale_tac"]

DAY = "2026-03-02"
A, B = "2137000001", "3137000002"
KINDS = ("school", "merchant", "terminal", "person", "card", "calendar", "loss")

# name of a terminal in the tests: device_no, psam_no, school, merchant
TERMINALS = {"canteen": ("30000101", "370100000101", A, A + "10001"),
             "noodles": ("30000102", "370100000102", A, A + "10002"),
             "staff": ("30000103", "370100000103", A, A + "10003"),
             "other": ("30000201", "370100000201", B, B + "10001"),
             # not on file
             "stranger": ("30000999", "370100000999", A, A + "10001")}


def card_no(serial):
    digits = f"37010201{serial:09d}"
    return digits + primitives.luhn_digit(digits)


# name of a card: serial, person, class, chip, key version, status, counter, balance
CARDS = {"ann": (1, "S1", 1, "cpu3des", 1, "normal", 10, 20000),
         "ben": (2, "S2", 1, "cpusm4", 1, "normal", 0, 15000),
         "cat": (3, "S3", 2, "m1", 0, "normal", 7, 30000),
         "dan": (4, "S4", 1, "cpu3des", 2, "lost", 3, 9000),
         "eve": (5, "T5", 60, "cpusm4", 2, "normal", 99, 90000),
         "fay": (6, "S6", 1, "cpu3des", 1, "frozen", 5, 4000),
         "old": (7, "S7", 1, "cpu3des", 1, "normal", 50, 7000)}
OPENING_FEN = sum(row[7] for row in CARDS.values())
MASTERS = {("3des", 1): bytes(range(1, 17)), ("3des", 2): bytes(range(101, 117)),
           ("sm4", 1): bytes(range(31, 47)), ("sm4", 2): bytes(range(61, 77))}
LATER_MASTERS = {("3des", 3): bytes(range(201, 217))}


def at(time, day=DAY):
    """A moment from "hh:mm:ss" (or "hh:mm") of a day."""
    return datetime.datetime.fromisoformat(f"{day} {time if time.count(':') == 2 else time + ':00'}")


def reference_rows():
    """{kind: [row, …]} of the cut-over."""
    schools = [(A, "第一小学", "370102", "primary", "central", ""), (B, "第二初级中学", "370102", "junior", "central", "")]
    payee = ("收款人", "6228480000000000", "日清农商行")
    merchants = [(A + "10001", "第一食堂", A, "independent", "", 60, 0, 0, "day", *payee),
                 (A + "10002", "面食窗口", A, "managed", A + "10001", 38, 10, 500, "day", *payee),
                 (A + "10003", "教工餐厅", A, "independent", "", 100, 0, 0, "week", *payee),
                 (B + "10001", "二中食堂", B, "independent", "", 50, 0, 0, "month", *payee)]
    terminals = [(device, psam, "pos", school, "1号机", merchant, "2025-09-01", "", "pos-bin/1", 20000,
                  "60-79" if name == "staff" else "", "")
                 for name, (device, psam, school, merchant) in TERMINALS.items() if name != "stranger"]
    persons = [(f"S{n}", "student", "张三", B if n == 3 else A, "", "", "1", "3", "1", "0", "", "", "active")
               for n in (1, 2, 3, 4, 6, 7)]
    persons.append(("T5", "staff", "李老师", A, "", "", "2", "", "", "", "", "", "active"))
    cards = [(card_no(serial), person, card_class, chip, version, status, "2025-09-01",
              "2026-02-28" if name == "old" else "2031-08-31", counter, 0, balance, "")
             for name, (serial, person, card_class, chip, version, status, counter, balance) in CARDS.items()]
    return {"school": schools, "merchant": merchants, "terminal": terminals, "person": persons, "card": cards,
            "calendar": [("2026-04-05", "holiday", "", "清明节")], "loss": []}


COLUMNS = {
    "school": "school_code,name,district_code,level,settlement,settlement_from",
    "merchant": "merchant_no,name,school_code,kind,parent_no,fee_bps,fee_min_fen,fee_max_fen,cycle,payee_name,"
                "payee_account,payee_bank",
    "terminal": "device_no,psam_no,kind,school_code,place,merchant_no,valid_from,valid_to,log_format,capacity,classes,"
                "first_seq",
    "person": "person_no,kind,name,school_code,registry_no,id_no,sex,grade,class,boarding,guardian_name,"
              "guardian_mobile,status",
    "card": "card_no,person_no,card_class,chip,key_version,status,issued_on,expires_on,counter,online_counter,"
            "balance_fen,replaces",
    "calendar": "date,kind,school_code,note",
    "opening": "account,amount_fen",
    "loss": "card_no,kind,effective_at,reason",
    "cash": "slip_no,cashier,kind,card_no,bank_account,amount_fen,at",
    "subsidy": "batch_no,card_class,card_no,amount_fen,valid_to"}


def reference_text(kind, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS[kind].split(","), *rows])
    return text.getvalue()


def write_reference(folder):
    """Writes KIND.csv for each kind; returns {kind: path}."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = {kind: folder / f"{kind}.csv" for kind in KINDS}
    for kind, rows in reference_rows().items():
        paths[kind].write_text(reference_text(kind, rows))
    return paths


@functools.cache
def pki():
    """The town's certificates and master keys, made once a process."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="daybook-town-"))
    atexit.register(shutil.rmtree, folder, True)
    made = package.Pki(folder / "pki", folder)
    made.write_master_keys("master-keys.p7m", MASTERS)
    made.write_master_keys("later-keys.p7m", {**MASTERS, **LATER_MASTERS})
    return made


def install(stage, kinds=KINDS):
    """Keys, schema and reference data of the town on a fresh stage."""
    shutil.copytree(pki().folder, stage.folder / "keys", dirs_exist_ok=True)
    stage.run("init")
    paths = write_reference(stage.folder / "reference")
    for kind in kinds:
        stage.run("import", kind, paths[kind], "--date", DAY)


class Town:
    """Terminals and cards at cut-over, and a collector that packs what terminals dump."""

    def __init__(self, stage):
        self.stage = stage
        ring = primitives.KeyRing({**MASTERS, **LATER_MASTERS})
        self.terminals = {name: Terminal(device, psam, school, merchant, ring)
                          for name, (device, psam, school, merchant) in TERMINALS.items()}
        self.cards = {name: self.card(serial, chip, version, counter, balance)
                      for name, (serial, _, _, chip, version, _, counter, balance) in CARDS.items()}
        self.sequence = 0
        self.ring = ring

    @staticmethod
    def card(serial, chip="cpu3des", version=1, counter=0, balance=10000):
        """A living card, on file or not."""
        return Card({"card_no": card_no(serial), "chip": chip, "key_version": str(version), "counter": str(counter),
                     "balance_fen": str(balance)}, A)

    def sell(self, terminal, card, amount, time, day=DAY, **lies):
        """A purchase at a named terminal by a named (or given) card; see Terminal.sell."""
        holder = self.cards[card] if isinstance(card, str) else card
        return self.terminals[terminal].sell(holder, amount, at(time, day), **lies)

    def spoil(self, terminal, offset, data):
        """Overwrites bytes of the last record of a terminal, its CRC right again; 42 is where the TAC lies."""
        memory = self.terminals[terminal].memory
        memory[-1] = memory[-1].patched(offset, data)

    def log(self, terminal, entries=None, created="2026-03-02 21:30:00", **lies):
        """The log file of a terminal's memory, or of given entries; lies change its header."""
        machine = self.terminals[terminal]
        return log_file(machine, machine.dump() if entries is None else entries,
                        datetime.datetime.fromisoformat(created), **lies)

    def name(self, school=A, made_at="20260302213000", extension="zip", collector="01"):
        self.sequence += 1
        return f"{school}-{collector}-{made_at}-{self.sequence:06d}.{extension}"

    def deliver(self, *logs, school=A, made_at="20260302213000", extension="zip", **options):
        """Packs log files, signs and puts the package on the server; returns its name."""
        name = self.name(school, made_at, extension)
        data = package.pack(package.entries_of(logs, pki(), school, **options), extension)
        self.stage.put_package(name, data)
        return name

    def deliver_entries(self, entries, school=A, made_at="20260302213000", extension="zip"):
        """Packs (name, bytes) entries as they are: for packages that are wrong."""
        name = self.name(school, made_at, extension)
        self.stage.put_package(name, package.pack(entries, extension))
        return name

    def deliver_bytes(self, data, school=A, made_at="20260302213000", extension="zip"):
        name = self.name(school, made_at, extension)
        self.stage.put_package(name, data)
        return name

    @staticmethod
    def entries_of(logs, school=A, **options):
        return package.entries_of(logs, pki(), school, **options)


class TownCase(FlowCase):
    """A class whose tests play in the town."""

    @classmethod
    def prepare(cls, stage):
        install(stage)

    def setUp(self):
        super().setUp()
        self.town = Town(self.stage)

    def close(self, expect=(DONE, ATTENTION), date=DAY):
        """Pulls and posts what waits."""
        self.stage.run("collect", "--date", date, expect=(DONE, ATTENTION))
        return self.stage.run("post", "--date", date, expect=expect)

    def archive(self, name):
        """(state, reason) of a package."""
        return self.stage.rows(f"SELECT state, coalesce(reason, '') FROM api.archive WHERE name = '{name}'")

    def exceptions(self, where="true"):
        return self.stage.rows(f"SELECT verdict, state, detail FROM api.exception WHERE {where} "
                               "ORDER BY verdict, exception_id")

    def verdicts(self, where="true"):
        return [row[0] for row in self.exceptions(where)]

    def transfers(self, where="kind = 'purchase'"):
        return self.stage.rows("SELECT debit_account, credit_account, amount_fen FROM api.transfer "
                               f"WHERE {where} ORDER BY transfer_id")

    def one_log(self, amount=500, terminal="canteen", card="ann"):
        """A healthy log of one purchase."""
        self.town.sell(terminal, card, amount, "12:00")
        return self.town.log(terminal)
