"""The oracle's view of reference data: rows of FORMATS 1 and the questions that RULES.md asks of them."""
import csv
import datetime
import io
import pathlib

KINDS = ("school", "merchant", "terminal", "person", "card", "calendar", "opening", "loss", "cash", "subsidy")
MONEY_KINDS = ("opening", "cash", "subsidy")


def read_rows(path):
    """The rows of one reference file: UTF-8 with or without BOM, else GB18030."""
    data = pathlib.Path(path).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    return list(csv.DictReader(io.StringIO(text, newline="")))


SECOND = datetime.timedelta(seconds=1)


def end_of(day):
    """24:00 of a day."""
    return datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(days=1)


def parse_date(text):
    return datetime.date.fromisoformat(text)


class Reference:
    """Rows by their keys; histories are read as of a day. Losses and cards remember the open date of their import."""

    def __init__(self):
        self.schools, self.merchants, self.persons, self.cards = {}, {}, {}, {}
        self.terminals, self.losses, self.card_known_on = {}, {}, {}

    def add(self, kind, row, known_on=datetime.date.min):
        if kind == "terminal":
            history = self.terminals.setdefault(row["device_no"], {})
            history[row["valid_from"]] = row
        elif kind == "loss":
            at = datetime.datetime.fromisoformat(row["effective_at"])
            self.losses.setdefault(row["card_no"], {}).setdefault((at, row["kind"]), known_on)
        elif kind != "calendar":
            table = {"school": self.schools, "merchant": self.merchants, "person": self.persons,
                     "card": self.cards}[kind]
            table[next(iter(row.values()))] = row
            if kind == "card":
                self.card_known_on.setdefault(row["card_no"], known_on)

    def history(self, device):
        return [row for _, row in sorted(self.terminals.get(device, {}).items())]

    def terminal_on(self, device, day):
        """The device's row on a day, or None."""
        for row in self.history(device):
            if parse_date(row["valid_from"]) <= day and (not row["valid_to"] or day <= parse_date(row["valid_to"])):
                return row
        return None

    def first_seq(self, device):
        """Where counting begins in epoch 0, by the device's earliest row."""
        rows = self.history(device)
        return int(rows[0]["first_seq"] or 1) if rows else 1

    def psam_of(self, device):
        rows = self.history(device)
        return rows[0]["psam_no"] if rows else None

    def school_of_card(self, card_no):
        """The school of the card's person; empty for a card not on file."""
        card = self.cards.get(card_no)
        return self.persons[card["person_no"]]["school_code"] if card else ""

    def loss_rows(self, card_no, before):
        """(effective time, kind, known on) of the card's rows that are in force before a moment, in their order."""
        return [(at, kind, known) for (at, kind), known in sorted(self.losses.get(card_no, {}).items()) if at < before]

    def loss_report(self, card, at):
        """The report in force at a moment, not yet followed by found: (effective time, known on), or None."""
        report = None
        if card["status"] == "lost":
            report = datetime.datetime.min, self.card_known_on[card["card_no"]]
        for moment, kind, known in self.loss_rows(card["card_no"], at + SECOND):
            if kind in ("lost", "found"):
                report = (moment, known) if kind == "lost" else None
        return report

    def is_listed(self, card, day):
        """Whether the list of a day names the card: by what was known then, it is lost or bad when the day ends."""
        state = {"lost": card["status"] == "lost", "bad": False}
        for _, kind, known in self.loss_rows(card["card_no"], end_of(day)):
            if known <= day and kind in state:
                state[kind] = True
            elif known <= day and kind == "found":
                state = dict.fromkeys(state, False)
        return any(state.values())

    def first_version(self, card, at, open_date):
        """The day of the first list that named the card since its report in force at a moment, or None."""
        report = self.loss_report(card, at)
        if report is None:
            return None
        day = max(report[0].date(), report[1])
        while day <= open_date and not self.is_listed(card, day):
            day += datetime.timedelta(days=1)
        return day if day <= open_date else None

    def is_normal(self, card, day):
        """FORMATS 1 subsidy: normal now, which is the end of the open date; closed is for good, lost and bad until found."""
        kinds = [kind for _, kind, _ in self.loss_rows(card["card_no"], end_of(day))]
        reported = [kind for kind in kinds if kind != "closed"]
        return (card["status"] == "normal" and "closed" not in kinds and reported[-1:] in ([], ["found"])
                and day <= parse_date(card["expires_on"])
                and self.persons[card["person_no"]]["status"] != "left")

    def card_not_valid(self, card, at):
        """Closed (status, or a loss row of that kind in force) or past the day on which it expires."""
        closed = any(kind == "closed" for _, kind, _ in self.loss_rows(card["card_no"], at + SECOND))
        return card["status"] == "closed" or closed or at.date() > parse_date(card["expires_on"])

    @staticmethod
    def class_allowed(classes, card_class):
        """Whether `1-40;77` holds the class; empty holds all."""
        if not classes:
            return True
        for part in classes.split(";"):
            low, _, high = part.partition("-")
            if int(low) <= int(card_class) <= int(high or low):
                return True
        return False
