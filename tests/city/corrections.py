"""P-16: what two people do about exceptions, chosen at random among those that are open, and what comes of it.

Nobody can say before a night which exceptions a storm leaves, so the oracle chooses between the nights, out of what it
holds open itself, and writes down what the real people have to do (corrections/<date>.csv).
"""
import csv

import judge
import problems
from books import NEVER, midnight

COLUMNS = ("verdict", "archive", "file", "record_no", "device_no", "card_no", "detail", "outcome", "debit", "credit",
           "amount_fen", "answer")
HELD = ("conflict", "tac_bad", "bad_arithmetic", "counter_conflict", "gray", "unmatched_reversal", "merchant_pays")
OF_CARDS = ("2001", "2002", "2203", "2205")
NOT_BELOW_ZERO = ("2001", "2203", "2205", "2206")
ALWAYS_THERE = ("1122:unknown", "1298:unknown_card", "1298:subsidy_draw", "2298:unknown_terminal", "2298:unknown_card",
                "3001:", "3101:")
MOST_A_NIGHT = 9


class Corrections:
    """The two people; cards are those whose records they may decide about."""

    def __init__(self, oracle, rng, cards):
        self.oracle, self.rng, self.cards = oracle, rng, cards
        self.waiting = []

    def decide(self):
        """Some corrections on the open date, one after the other, as rows of the file."""
        for _ in range(self.rng.randrange(MOST_A_NIGHT + 1)):
            by_verdict = {}
            for problem in self.oracle.problems:
                if problem.state == "open" and not any(problem is asked for asked in self.waiting) and self.ways(problem):
                    by_verdict.setdefault(problem.verdict, []).append(problem)
            if not by_verdict:
                return
            held = [verdict for verdict in sorted(by_verdict) if verdict in HELD]
            verdict = self.rng.choice(held if held and self.rng.random() < 0.6 else sorted(by_verdict))
            row = self.correct(self.rng.choice(by_verdict[verdict]))
            if row:
                yield row

    def correct(self, problem):
        """Does something about an exception; None where the accounts drawn do not do."""
        outcome = self.rng.choice(self.ways(problem))
        debit = credit = amount = ""
        if outcome == "transfer":
            debit, credit, amount = self.choose_transfer(problem)
            if not amount:
                return None
        answer = self.rng.choice(("approved",) * 6 + ("refused", ""))
        row = [problem.verdict, *place_of(problem), outcome, debit, credit, str(amount), answer]
        if answer == "approved":
            apply(self.oracle, problem, outcome, (debit, credit, amount))
        elif not answer:
            self.waiting.append(problem)
        return row

    def ways(self, problem):
        """What may be done about it; nothing about a record that a player has made on purpose: it stays as it is meant."""
        rec = problem.record
        if problem.verdict == "negative_balance":
            return ("transfer",)
        if not is_held(problem):
            return ("void", "void", "transfer")
        if rec.card not in self.cards:
            return ()
        may_post = not rec.is_reversal or judge.purchase_of(self.oracle, rec)
        return ("post", "post", "post", "void", "transfer") if may_post else ("void", "transfer")

    def choose_transfer(self, problem):
        """Debit, credit and amount; nothing where the accounts drawn do not do."""
        oracle, rng = self.oracle, self.rng
        if problem.verdict == "negative_balance":
            lack = -oracle.books.balances[f"2001:{problem.fields['card_no']}"]
            return rng.choice(("3001:", "1298:subsidy_draw")), f"2001:{problem.fields['card_no']}", lack + rng.randrange(3)
        debit, credit = self.choose_account(True), self.choose_account(False)
        amount = rng.choice((1, 150, 1000, 100000))
        if debit[:4] in NOT_BELOW_ZERO:
            amount = min(amount, oracle.books.balances[debit])
        if credit.startswith("1122:") and not debit.startswith("1122:"):
            amount = min(amount, self.payable_back(debit))
        return debit, credit, amount if debit != credit and amount > 0 else 0

    def payable_back(self, debit):
        """What a card, or anybody else, may give back to 1122: the card's advance, or what all advances leave of it."""
        books = self.oracle.books
        if debit[:4] in OF_CARDS:
            return books.advances[debit[5:]]
        due = -sum(balance for account, balance in books.balances.items() if account.startswith("1122:"))
        return due - sum(books.advances.values())

    def choose_account(self, has_money):
        """An account that is known; with money where it may not fall below zero."""
        oracle, rng = self.oracle, self.rng
        used = sorted(account for account, balance in oracle.books.balances.items()
                      if account[:4] != "1221" and (balance > 0 or not has_money or account[:4] not in NOT_BELOW_ZERO))
        cards = sorted(self.cards & oracle.ref.cards.keys()) or sorted(oracle.ref.cards)
        codes = sorted({account[:4] for account in used})
        code = rng.choice(codes)
        choices = [rng.choice([account for account in used if account[:4] == code]), rng.choice(ALWAYS_THERE)]
        if not has_money and cards:
            choices.append(f"{rng.choice(OF_CARDS)}:{rng.choice(cards)}")
        return rng.choice(choices)


def is_held(problem):
    """Whether the exception is that of a held money record."""
    rec = problem.record
    return problem.verdict in HELD and not rec.is_identity and rec.outcome == problem.verdict


def place_of(problem):
    """What tells an exception from all others that are open: archive, file, record_no, device_no, card_no, detail."""
    rec, fields = problem.record, problem.fields
    if rec:
        return [rec.package.name, rec.file, str(rec.number), "", "", ""]
    return [fields.get(name, "") for name in COLUMNS[1:7]]


def apply(oracle, problem, outcome, transfer):
    """What two people have agreed on, on the open date."""
    rec, held = problem.record, is_held(problem)
    problem.state = "closed"
    if held:
        state = oracle.card_state(rec.card)
        state.grays = [gray for gray in state.grays if gray is not rec]
        state.reversals = [reversal for reversal in state.reversals if reversal is not rec]
    if outcome == "post":
        rec.agreed = True
        judge.accept(oracle, rec)
        problems.judge_card(oracle, rec.card)
        return
    if held:
        rec.outcome = "void"
    if outcome == "transfer":
        move(oracle, *transfer)
    if problem.verdict == "device_total":
        oracle.device(problem.fields["device_no"]).leave_disputed()


def move(oracle, debit, credit, amount):
    """One transfer, or two where the books of two schools meet (as P-06)."""
    home, other = school_of(oracle, debit), school_of(oracle, credit)
    legs = [(debit, credit, amount)]
    if home and other and home != other:
        legs = [(debit, f"1221:{home}:{other}", amount), (f"1221:{other}:{home}", credit, amount)]
    cards = [account[5:] for account in (debit, credit) if account[:4] in OF_CARDS]
    merchants = [account[5:] for account in (debit, credit) if account[:4] == "2004"]
    oracle.books.enter(legs, oracle.open_date, midnight(oracle.open_date), "adjustment",
                       card=cards[0] if cards else "", merchant=merchants[0] if merchants else "")
    if debit.startswith("2203:"):
        oracle.books.take_lots(debit[5:], amount)
    if credit.startswith("2203:"):
        oracle.books.grant(credit[5:], amount, NEVER)
    if debit.startswith("1122:") and credit[:4] in OF_CARDS:
        oracle.books.advances[credit[5:]] += amount
    if credit.startswith("1122:") and debit[:4] in OF_CARDS:
        oracle.books.advances[debit[5:]] -= amount
    if credit.startswith("2001:"):
        problems.judge_purse(oracle, credit[5:])


def school_of(oracle, account):
    """The school of an account's owner, empty where it has none."""
    code, owner = account.split(":", 1)
    if code in OF_CARDS:
        return oracle.ref.school_of_card(owner)
    if code == "2004":
        return oracle.ref.merchants[owner]["school_code"]
    if code == "2206":
        return oracle.ref.persons[owner]["school_code"]
    return owner if code in ("6002", "6005", "6201") else ""


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def read(path):
    """The rows of a file as dicts; none where there is no file."""
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))
