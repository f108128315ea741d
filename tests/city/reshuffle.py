"""The same records on another way to the data centre: other packages, other nights, other copies.

Whatever the way, purses and merchants' totals come out the same (issue 3, point 2), but for what RULES make depend on
order. So that none of that is met, a variant brings all reference rows at cut-over, a reversal at most three nights
before its purchase, and the records of a card with grays in the order in which the card made them.
"""
import collections
import csv
import datetime
import random

import package
from record import GRAY, REVERSAL, family_of
from world import write_rows

COPY_SHARE = 0.15
REVERSAL_NIGHTS = 3


def way_of(entries, days, seed):
    """Night indices of each record, in the order given: [first night, nights of copies …]; entries are Entry objects.

    No record comes before its own day, and what the module promises of reversals and grays is kept.
    """
    rng = random.Random(f"way {seed}")
    firsts = [rng.randrange(own_night(entry, days), len(days)) for entry in entries]
    keep_order_of_gray_cards(entries, firsts)
    keep_reversals_near(entries, firsts)
    ways = []
    for first in firsts:
        ways.append([first])
        while rng.random() < COPY_SHARE:
            ways[-1].append(rng.randrange(first, len(days)))
    return ways


def own_night(entry, days):
    """The first night that may bring the record: that of its day."""
    return min(max((entry.fields["at"].date() - days[0]).days, 0), len(days) - 1)


def keep_order_of_gray_cards(entries, firsts):
    by_card = collections.defaultdict(list)
    for index, entry in enumerate(entries):
        if "counter" in entry.fields:
            by_card[entry.fields["card"]].append(index)
    for indices in by_card.values():
        if any(entries[index].fields.get("mark") == GRAY for index in indices):
            indices.sort(key=lambda index: chain_order(entries[index]))
            for former, latter in zip(indices, indices[1:]):
                firsts[latter] = max(firsts[latter], firsts[former])


def chain_order(entry):
    fields = entry.fields
    return fields["at"], family_of(fields["kind"]), fields["counter"], fields["kind"] == REVERSAL


def keep_reversals_near(entries, firsts):
    bought = {(entry.fields.get("psam"), entry.epoch, entry.fields["seq"]): index
              for index, entry in enumerate(entries)}
    for index, entry in enumerate(entries):
        if entry.fields.get("kind") == REVERSAL:
            purchase = bought.get((entry.fields["psam"], entry.epoch, entry.fields["reference"]), index)
            firsts[index] = max(firsts[index], firsts[purchase] - REVERSAL_NIGHTS)


def records_of(city):
    """(terminal, entry) of every record that the city's collectors delivered, each once, in a fixed order."""
    terminals = {terminal.device: terminal for school in city.world.schools for terminal in school.terminals}
    found = {}
    for delivery in city.deliveries:
        for log in delivery.files:
            for entry in log.entries:
                found.setdefault((log.row["device_no"], entry.epoch, entry.fields["seq"]), entry)
    return [(terminals[device], entry) for (device, _, _), entry in found.items() if device in terminals]


def reshuffle(city, seed, out):
    """Writes reference/ and nights/ of a variant of a played city without faults under out; the PKI is the city's own."""
    if city.options.faults or len(city.days) > 7:
        raise ValueError("a variant needs a city without faults that ends before the first drain window")
    write_whole_reference(city, out)
    for night, school, at, number, files in packages_of(city, seed):
        extension = package.EXTENSIONS[number % len(package.EXTENSIONS)]
        name = package.package_name(school.code, "05", at, number, extension)
        path = out / "nights" / city.days[night].isoformat() / school.code / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(package.pack(package.entries_of(files, city.pki, school.code), extension))


def write_whole_reference(city, out):
    """All rows that the city ever hands in, at cut-over."""
    for kind, rows in city.world.rows.items():
        late = [row for date in sorted(city.world.late) for row in city.world.late[date].get(kind, ())]
        write_rows(out / "reference" / f"{kind}.csv", kind, rows + late)


def packages_of(city, seed):
    """(night, school, time, number, log files) of the variant's packages."""
    rng, records = random.Random(f"packages {seed}"), records_of(city)
    heaps = collections.defaultdict(list)
    ways = way_of([entry for _, entry in records], city.days, seed)
    for (terminal, entry), nights in zip(records, ways):
        for night in nights:
            heaps[night, terminal.school, rng.randrange(3)].append((terminal, entry))
    for number, ((night, code, _), heap) in enumerate(sorted(heaps.items(), key=lambda item: item[0])):
        rng.shuffle(heap)
        at = datetime.datetime.combine(city.days[night], datetime.time(21, 30)) + datetime.timedelta(
            seconds=rng.randrange(9000))
        school = next(school for school in city.world.schools if school.code == code)
        yield night, school, at, number + 1, logs_of(city, heap, at)


def logs_of(city, heap, at):
    """One log for each device and epoch of the heap."""
    terminals = {terminal.device: terminal for terminal, _ in heap}
    return [log for device in sorted(terminals)
            for log in city.write_logs(terminals[device], [entry for terminal, entry in heap
                                                           if terminal.device == device], at)]


# What must be the same

def totals_of(mind):
    """Purses and merchants' totals of an oracle: {"purse", card: fen}, {"merchant", number: fen}."""
    totals = collections.Counter({("purse", card): mind.books.balances[f"2001:{card}"] for card in mind.ref.cards})
    for move in mind.books.transfers:
        if move.kind == "purchase" and move.credit.startswith("2004:"):
            totals["merchant", move.merchant] += move.amount
        elif move.kind == "reversal" and move.debit.startswith("2004:"):
            totals["merchant", move.merchant] -= move.amount
    return {name: fen for name, fen in totals.items() if fen}


def totals_in(truth_dir):
    """The same from the views of a truth folder, of its last night."""
    def rows(view):
        with open(truth_dir / f"{view}.csv", newline="", encoding="utf-8") as source:
            yield from csv.DictReader(source)
    totals = collections.Counter({("purse", row["card_no"]): int(row["ledger_fen"]) for row in rows("card_balance")})
    for row in rows("merchant_day"):
        totals["merchant", row["merchant_no"]] += int(row["purchase_fen"]) - int(row["reversal_fen"])
    return {name: fen for name, fen in totals.items() if fen}
