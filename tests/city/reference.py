"""The oracle's view of reference data: rows of FORMATS 1 and the questions that RULES.md asks of them."""
import csv
import datetime
import io
import pathlib

KINDS = ("school", "merchant", "terminal", "person", "card", "calendar", "loss")


def read_rows(path):
    """The rows of one reference file: UTF-8 with or without BOM, else GB18030."""
    data = pathlib.Path(path).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def parse_date(text):
    return datetime.date.fromisoformat(text)


class Reference:
    """Rows by their keys; histories are read as of a day."""

    def __init__(self):
        self.schools, self.merchants, self.persons, self.cards = {}, {}, {}, {}
        self.terminals, self.losses = {}, {}

    def add(self, kind, row):
        if kind == "terminal":
            history = self.terminals.setdefault(row["device_no"], {})
            history[row["valid_from"]] = row
        elif kind == "loss":
            at = datetime.datetime.fromisoformat(row["effective_at"])
            self.losses.setdefault(row["card_no"], set()).add((at, row["kind"]))
        elif kind != "calendar":
            table = {"school": self.schools, "merchant": self.merchants, "person": self.persons,
                     "card": self.cards}[kind]
            table[next(iter(row.values()))] = row

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

    def is_lost(self, card, at):
        """RULES 1 loss report: a lost row (or opening status) before at, not yet followed by found."""
        lost = card["status"] == "lost"
        for moment, kind in sorted(self.losses.get(card["card_no"], ())):
            if moment <= at and kind in ("lost", "found"):
                lost = kind == "lost"
        return lost

    def card_not_valid(self, card, at):
        """Closed (status, or a loss row of that kind in force) or past the day on which it expires."""
        closed = any(kind == "closed" and moment <= at for moment, kind in self.losses.get(card["card_no"], ()))
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
