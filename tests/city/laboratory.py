"""The workbench on which faults are played: cards and devices of their own, and packages made by hand.

Every scenario has its own cards and devices, so that no scenario changes what another one must show.
"""
import datetime

import package
from machine import Machine
from status import status_file
from terminal import Terminal


class Laboratory:
    """Makes cards, devices, logs and packages for the scenarios; one package a night and school by default."""

    def __init__(self, city):
        self.city, self.world = city, city.world
        self.schools = city.world.schools
        self.ring = city.world.ring
        self.files = {}
        self.devices = self.merchants = 0

    # What takes part

    def card(self, home=0, chip="cpu3des", listed=True, **changes):
        """A new card with 500 yuan and counter 10; not on file where listed is false."""
        school = self.schools[home]
        person = (self.world.make_person(school, "student") if listed
                  else {"person_no": "", "kind": "student", "school_code": school.code})
        values = {"card_class": "1", "chip": chip, "key_version": "1", "counter": "10", "balance_fen": "50000",
                  **changes}
        card = self.world.make_card(person, **values)
        if not listed:
            self.world.rows["card"].pop()
        return card

    def late_card(self, night, home=0, **changes):
        """A card that is not on file before the night of that index."""
        card = self.card(home, **changes)
        self.world.hand_in_later(self.day(night), "person", self.world.rows["person"][-1])
        self.world.hand_in_later(self.day(night), "card", card.row)
        return card

    def merchant(self, home=0, **changes):
        """The suffix of a merchant of its own, on whose figures nobody else sells."""
        self.merchants += 1
        suffix = f"{20000 + self.merchants}"
        row = dict(self.schools[home].merchants["10001"], merchant_no=self.schools[home].code + suffix, fee_min_fen="0",
                   fee_bps="100", **changes)
        self.world.rows["merchant"].append(row)
        return suffix

    def device(self, home=0, suffix="10001", kind="pos", **changes):
        """A device on file that no collector but the laboratory's dumps."""
        self.devices += 1
        return self.world.make_device(self.schools[home], f"9{self.devices:04d}", kind, suffix, **changes)

    def machine(self, log_format, home=0, **changes):
        """As device, for another log format than pos-bin/1."""
        self.devices += 1
        kind, suffix = {"pkg-csv/1": ("bus", "10007"), "xf-text/1": ("pos", "10004"), "att-csv/1": ("attendance", ""),
                        "gate-xml/1": ("gate", "")}[log_format]
        values = {"kind": kind, "suffix": suffix, "log_format": log_format, **changes}
        return self.world.make_device(self.schools[home], f"9{self.devices:04d}", **values)

    def ghost_machine(self, log_format, home=0):
        """A machine that is not on file."""
        self.devices += 1
        row = {"device_no": f"4009{self.devices:04d}", "psam_no": f"99{self.devices:010d}", "log_format": log_format,
               "school_code": self.schools[home].code, "merchant_no": "", "classes": "", "first_seq": ""}
        return Machine(row, self.ring)

    def ghost(self, home=0):
        """A device that is not on file."""
        self.devices += 1
        return Terminal(f"4009{self.devices:04d}", f"99{self.devices:010d}", self.schools[home].code, "", self.ring)

    # When

    def day(self, index):
        """The date of a night's index; past the last day for records from just after midnight."""
        return self.city.days[0] + datetime.timedelta(days=index)

    def at(self, index, clock="12:00:00"):
        return datetime.datetime.combine(self.day(index), datetime.time.fromisoformat(clock))

    # What is sent

    def put(self, night, terminal, entries=None, home=None, **lies):
        """Adds a device's log to the laboratory's package of that night; entries default to its memory."""
        school = self.schools[home] if home is not None else self.school_of(terminal)
        waiting = self.files.setdefault((night, school.code), [])
        if isinstance(terminal, Machine):
            terminal.school = school.code
        else:
            lies = {"school": school.code, **lies}
        waiting += self.logs(terminal, entries, self.at(night, "22:00:00"), len(waiting), **lies)
        return waiting[-1]

    def say(self, night, home, *rows):
        """Adds a file of status rows to the laboratory's package of that night and school."""
        waiting = self.files.setdefault((night, self.schools[home].code), [])
        waiting.append(status_file(rows, self.at(night, "22:00:00") + datetime.timedelta(seconds=len(waiting))))
        return waiting[-1]

    @staticmethod
    def logs(terminal, entries, created, number=0, folder="logs/", **lies):
        """One log file for each epoch among the entries, in the order of the epochs."""
        entries = terminal.dump() if entries is None else entries
        epochs = sorted({entry.epoch for entry in entries}) or [terminal.epoch]
        return [terminal.write_log([entry for entry in entries if entry.epoch == epoch],
                                   created + datetime.timedelta(seconds=number), folder, **lies) for epoch in epochs]

    def has_night(self, index):
        return index < len(self.city.days)

    def school_of(self, terminal):
        return next(school for school in self.schools if school.code == terminal.school)

    def ship(self, night, school, files, at=None, expect="posted", collector="08", **how):
        """A package of its own with these logs; how: extension, signer, unsigned, change (entries → entries)."""
        at = at or self.at(night, "22:10:00")
        name = how.get("name") or self.city.next_name(school.code, collector, at, how.get("extension"))
        entries = package.entries_of(files, self.city.pki, school.code, how.get("signer"), how.get("unsigned", False))
        if "change" in how:
            entries = how["change"](entries)
        data = package.pack(entries, name.split(".", 1)[1])
        return self.send(night, school.code, name, data, files, expect)

    def send(self, night, folder, name, data, files=(), expect="posted"):
        """Puts bytes on the server as they are."""
        delivery = package.Delivery(self.day(night), folder, name, data, list(files), expect)
        self.city.deliveries.append(delivery)
        return delivery

    def send_waiting(self):
        """Sends the packages that put filled, at 22:30 of their night."""
        for (night, code), files in sorted(self.files.items()):
            school = next(school for school in self.schools if school.code == code)
            self.ship(night, school, files, self.at(night, "22:30:00"), collector="09")


def spoil_tac(entry):
    """The entry with a TAC that no chip gave."""
    return entry.changed(tac=bytes(byte ^ 0xA5 for byte in entry.fields["tac"])).copy(expect="tac_bad")


def duplicate(entry):
    return entry.copy(expect="duplicate", flags=frozenset(), outcome=None)


