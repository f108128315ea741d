"""The storm on machines of the text formats: buses that carry what pos machines lost, loads and purchases of xf-text,
lock rows, readers and gates.
"""
import fault_identity
import fault_money_logs
from fault_storm import EVENTS, Storm

PKG, XF = fault_money_logs.PKG, fault_money_logs.XF
ATT, GATE = fault_identity.ATT, fault_identity.GATE
SPOILED = {PKG: fault_money_logs.PKG_CELLS, XF: fault_money_logs.XF_CELLS, ATT: fault_identity.ATT_CELLS,
           GATE: fault_identity.EVENT_CELLS}


class TextStorm(Storm):
    """As Storm; two pos machines are there for what buses carry, and for reversals."""

    name = "text storm"

    def make_devices(self, lab):
        self.pos = [lab.device(0), lab.device(1)]
        self.buses = [lab.machine(PKG), lab.machine(PKG, 1, first_seq="4"), lab.ghost_machine(PKG)]
        self.devices = self.pos + self.buses + [lab.machine(XF), lab.machine(XF, 1), lab.ghost_machine(XF, 1)]
        self.machines = [lab.machine(XF, home, kind="load", suffix="") for home in (0, 1)]
        self.bus_door = lab.machine(GATE, kind="bus", first_seq="3")
        self.doors = [lab.machine(ATT), lab.machine(GATE, 1), self.bus_door, lab.ghost_machine(ATT)]

    def grant(self):
        """Subsidies of single cards only: the other storm's classes hold these cards, too."""
        for night in range(self.days):
            for card in self.rng.sample(self.known, 3):
                last = self.lab.day(night * 3 + self.rng.randrange(2))
                self.lab.world.subsidy(self.lab.day(night), 1300, last, card)

    def happen(self, minute):
        """Half of what happens moves no money."""
        rng, card = self.rng, self.rng.choice(self.cards)
        if rng.random() < 0.6:
            return super().happen(minute)
        at = self.moment(minute // (24 * 60))
        if rng.random() < 0.2:
            machine = rng.choice(self.buses)
            machine.lock(card, at, **self.lies(machine, max(1, card.counter)))
        else:
            machine = rng.choice(self.doors)
            lies = {"seq": machine.next_seq + rng.randrange(1, 4)} if rng.random() < 0.05 else {}
            if machine is self.bus_door:
                lies["kind"] = "bus"
            fault_identity.look(machine, card.card_no, at, **lies)
        made, machine.memory = machine.memory, []
        return [(machine, self.spoil(entry).copy(expect=None, flags=None)) for entry in made]

    def cancel(self, device, at):
        """Only pos machines know reversals."""
        if device in self.pos:
            super().cancel(device, at)

    def spoil(self, entry):
        """Sometimes the record is not what the chip said, or not of the form of its log."""
        if "device" not in entry.fields:
            return super().spoil(entry)
        machine = next(machine for machine in self.devices + self.machines + self.doors
                       if machine.device == entry.fields["device"])
        roll = self.rng.random()
        if roll < 0.04:
            return entry.written(**self.rng.choice(SPOILED[machine.log_format]))
        if roll < 0.08 and "tac" in entry.fields:
            return entry.changed(tac=b"\x00\x11\x22\x33")
        if roll < 0.12 and "chip" in entry.fields:
            return entry.changed(chip=self.rng.choice(("cpu3des", "cpusm4", "m1")), merchant="999999999999999")
        return entry

    def again(self, entry):
        """The same record, or one with another content under its sequence."""
        if "psam_seq" in entry.fields:
            return super().again(entry)
        return entry if self.rng.random() < 0.7 else entry.changed(at=entry.fields["at"].replace(microsecond=0, second=7))


def breaks_texts_at_once(lab):
    """As breaks_everything_at_once, over the formats that buses, gates and readers write."""
    storm = TextStorm(lab)
    count = EVENTS * storm.days // 3
    made = [record for number in range(count) for record in storm.happen(number * storm.days * 24 * 60 // count)]
    storm.send(storm.scatter(made))
    storm.machines += storm.doors
    storm.say()


SCENARIOS = (breaks_texts_at_once,)
