"""What must be seen after a night: the views of FORMATS 13, acks and statements, from the oracle's state."""
import collections
import csv
import datetime
import hashlib
import io

VIEWS = {
    "archive": "name,sha256,school_code,state,reason,records,posted,duplicate,held,rejected",
    "exception": "verdict,state,school_code,device_no,device_seq,card_no,counter,amount_fen,occurred_at,"
                 "accounting_date,archive,file,record_no,detail",
    "transfer": "accounting_date,occurred_at,debit_account,credit_account,amount_fen,kind,card_no,merchant_no,"
                "device_no,device_seq,reverses",
    "entry": "accounting_date,legs",
    "account": "account,code,owner,normal_side",
    "trial_balance": "accounting_date,code,opening_fen,debit_fen,credit_fen,closing_fen",
    "card_balance": "card_no,person_no,ledger_fen,card_fen,counter",
    "merchant_day": "accounting_date,merchant_no,purchases,purchase_fen,reversals,reversal_fen,late_fen,fee_fen,"
                    "net_fen,held_fen",
    "statement": "statement_no,merchant_no,period,from_date,to_date,edition,turnover_fen,fee_fen,net_fen,sha256,"
                 "check_code",
    "terminal_day": "accounting_date,device_no,collected,posted,duplicate,held,rejected,missing,amount_fen,"
                    "device_total_fen",
}
SIDES = {"1001": "D", "1002": "D", "1122": "D", "1221": "D", "1298": "D", "2001": "C", "2002": "C", "2004": "C",
         "2203": "C", "2204": "C", "2205": "C", "2206": "C", "2298": "C", "3001": "C", "3101": "C", "6002": "C",
         "6005": "C", "6201": "D"}
MEALS = ("breakfast", "lunch", "supper", "night")
STATEMENT_COLUMNS = ("purchases", "purchase_fen", "reversals", "reversal_fen", "late_fen", "held_fen", "fee_fen",
                     "net_fen")


def meal_of(at):
    """RULES 5: breakfast before 10:00, lunch before 14:00, supper before 20:00, night."""
    return MEALS[(at.hour >= 10) + (at.hour >= 14) + (at.hour >= 20)]


def stamp(moment):
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def archive_rows(oracle):
    for package in oracle.packages:
        counts = [str(package.counts[key]) for key in ("records", "posted", "duplicate", "held", "rejected")]
        state = "waiting" if package.state == "collected" else package.state
        yield [package.name, package.sha256, package.school, state, package.reason, *counts]


def exception_rows(oracle):
    columns = VIEWS["exception"].split(",")
    for problem in oracle.problems:
        row = {"verdict": problem.verdict, "state": problem.state, "school_code": problem.school_code,
               "accounting_date": str(problem.accounting_date)}
        rec = problem.record
        if rec:
            row.update(device_no=rec.device, archive=rec.package.name, file=rec.file, record_no=str(rec.number))
        if rec and problem.verdict != "malformed":
            row.update(device_seq=str(rec.seq), card_no=rec.card, counter="" if rec.is_identity else str(rec.counter),
                       amount_fen=str(rec.amount), occurred_at=stamp(rec.at))
        row.update(problem.fields)
        yield [row.get(column, "") for column in columns]


def transfer_rows(oracle):
    for move in oracle.books.transfers:
        yield [str(move.accounting_date), stamp(move.occurred_at), move.debit, move.credit, str(move.amount),
               move.kind, move.card, move.merchant, move.device, move.seq, reversed_name(move.reverses)]


def reversed_name(move):
    """How the truth names the transfer that another one reverses: it has no ids."""
    return f"{move.device}-{move.seq}:{move.debit}-{move.credit}" if move else ""


def entry_rows(oracle):
    """Which transfers share an entry_id: no view of FORMATS 13, but what its ids say."""
    entries = collections.defaultdict(list)
    for move in oracle.books.transfers:
        entries[move.entry].append(move)
    for moves in entries.values():
        legs = sorted(f"{move.kind} {move.debit} {move.credit} {move.amount} {move.device} {move.seq}" for move in moves)
        yield [str(moves[0].accounting_date), "; ".join(legs)]


def account_rows(oracle):
    names = {name for move in oracle.books.transfers for name in (move.debit, move.credit)}
    for name in sorted(names):
        code, owner = name.split(":", 1)
        yield [name, code, owner, SIDES[code]]


def trial_balance_rows(oracle):
    """One row for each code and date, from the first date with transfers to the open one, and later ones."""
    sums = collections.defaultdict(collections.Counter)
    for move in oracle.books.transfers:
        sums[move.accounting_date][move.debit[:4], "D"] += move.amount
        sums[move.accounting_date][move.credit[:4], "C"] += move.amount
    if not sums:
        return
    date, dates = min(sums), set(sums)
    while date <= oracle.open_date:
        dates.add(date)
        date += datetime.timedelta(days=1)
    balance = collections.Counter()
    for date in sorted(dates):
        for code, side in SIDES.items():
            debit, credit = sums[date][code, "D"], sums[date][code, "C"]
            opening = balance[code]
            balance[code] += debit - credit if side == "D" else credit - debit
            yield [str(date), code, str(opening), str(debit), str(credit), str(balance[code])]


def card_balance_rows(oracle):
    for card_no, row in oracle.ref.cards.items():
        state = oracle.card_state(card_no)
        yield [card_no, row["person_no"], str(oracle.books.balances[f"2001:{card_no}"]), str(state.last_after()),
               str(state.highest("offline"))]


class Figures:
    """Merchants' figures by (date, merchant, meal): the one source of merchant_day and the statements."""

    def __init__(self, oracle):
        self.cells = collections.defaultdict(collections.Counter)
        for move in oracle.books.transfers:
            if move.kind == "purchase" and move.credit.startswith("2004:"):
                cell = self.cells[move.accounting_date, move.merchant, meal_of(move.occurred_at)]
                late = move.occurred_at.date() < move.accounting_date
                cell.update(purchases=1, purchase_fen=move.amount, late_fen=move.amount if late else 0)
            elif move.kind == "reversal" and move.debit.startswith("2004:"):
                cell = self.cells[move.accounting_date, move.merchant, meal_of(move.occurred_at)]
                cell.update(reversals=1, reversal_fen=move.amount)
            elif move.kind == "merchant_fee":
                self.cells[move.accounting_date, move.merchant, "all"].update(fee_fen=move.amount)
        for date, merchant, rec in oracle.held_sales:
            self.cells[date, merchant, meal_of(rec.at)].update(held_fen=rec.amount)
        for cell in self.cells.values():
            cell["net_fen"] = cell["purchase_fen"] - cell["reversal_fen"] - cell["fee_fen"]

    def merchant_days(self):
        """Sums over the meals, by (date, merchant)."""
        days = collections.defaultdict(collections.Counter)
        for (date, merchant, _), cell in self.cells.items():
            days[date, merchant].update(cell)
        return days


def merchant_day_rows(figures):
    columns = VIEWS["merchant_day"].split(",")[2:]
    for (date, merchant), cell in sorted(figures.merchant_days().items()):
        if any(cell.values()):
            yield [str(date), merchant, *(str(cell[column]) for column in columns)]


def terminal_day_rows(oracle):
    columns = ("collected", "posted", "duplicate", "held", "rejected", "missing", "amount_fen")
    for (date, device), counts in sorted(oracle.terminal_days.items()):
        yield [str(date), device, *(str(counts[column]) for column in columns),
               str(counts.get("device_total_fen", ""))]


def period_ending(cycle, date):
    """(label, first date) of the cycle's period that ends on the date, or None."""
    if cycle == "day":
        return str(date), date
    if cycle == "week" and date.weekday() == 6:
        return f"{date:%G-W%V}", date - datetime.timedelta(days=6)
    if cycle == "month" and (date + datetime.timedelta(days=1)).day == 1:
        return f"{date:%Y-%m}", date.replace(day=1)
    return None


def statement_lines(figures, merchant, first, last):
    """Rows of statement.csv as (date, meal, counts): meals, then the day's fee row, day by day."""
    date = first
    while date <= last:
        cells = [(meal, figures.cells.get((date, merchant, meal), {})) for meal in MEALS]
        shown = [(str(date), meal, cell) for meal, cell in cells if any(cell.values())]
        yield from shown
        if shown:
            yield str(date), "all", figures.cells.get((date, merchant, "all"), collections.Counter())
        date += datetime.timedelta(days=1)


def statement_csv(figures, merchant, first, last):
    """The bytes of statement.csv and its totals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["date", "meal", *STATEMENT_COLUMNS])
    total = collections.Counter()
    for date, meal, cell in statement_lines(figures, merchant, first, last):
        writer.writerow([date, meal, *(cell[column] for column in STATEMENT_COLUMNS)])
        total.update(cell)
    writer.writerow(["TOTAL", "", *(total[column] for column in STATEMENT_COLUMNS)])
    return out.getvalue().encode(), total


class Statements:
    """Statements issued so far; immutable once issued."""

    def __init__(self):
        self.issued = []

    def issue(self, oracle, figures, date):
        """Issues a statement for each merchant whose own period ends on the closed date."""
        for merchant, row in sorted(oracle.ref.merchants.items()):
            period = period_ending(row["cycle"], date)
            if period is None:
                continue
            label, first = period
            data, total = statement_csv(figures, merchant, first, date)
            digest = hashlib.sha256(data).hexdigest()
            turnover = total["purchase_fen"] - total["reversal_fen"]
            line = [f"{merchant}-{label}-1", merchant, label, str(first), str(date), "1", str(turnover),
                    str(total["fee_fen"]), str(total["net_fen"]), digest, digest[:8].upper()]
            self.issued.append((line, data))


def view_rows(oracle, figures, statements):
    """All views as lists of rows of text."""
    return {
        "archive": list(archive_rows(oracle)), "exception": list(exception_rows(oracle)),
        "transfer": list(transfer_rows(oracle)), "entry": list(entry_rows(oracle)),
        "account": list(account_rows(oracle)), "trial_balance": list(trial_balance_rows(oracle)), "card_balance": list(card_balance_rows(oracle)),
        "merchant_day": list(merchant_day_rows(figures)), "statement": [line for line, _ in statements.issued],
        "terminal_day": list(terminal_day_rows(oracle)),
    }


def write_truth(folder, oracle, statements, date):
    """Writes truth/<date>/ after the night of the date."""
    folder.mkdir(parents=True)
    figures = Figures(oracle)
    statements.issue(oracle, figures, date)
    for view, rows in view_rows(oracle, figures, statements).items():
        with open(folder / f"{view}.csv", "w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(VIEWS[view].split(","))
            writer.writerows(sorted(rows))
    for (school, name), text in oracle.acks.items():
        path = folder / "acks" / school / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    for line, data in statements.issued:
        path = folder / "statements" / line[1] / line[2] / "statement.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def night_counts(oracle):
    """Figures of truth/summary.json, cumulative; city.py takes the difference of two nights."""
    counts = collections.Counter(packages=len(oracle.packages))
    for package in oracle.packages:
        for key in ("records", "posted", "duplicate", "held", "rejected"):
            counts[key] += package.counts[key]
        counts["fen"] += package.counts["amount_fen"]
    return counts
