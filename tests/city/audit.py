"""What must hold after every night whatever was played: the invariants of RULES 2, worked out again from the transfers."""
import collections


def check(oracle):
    """Raises AssertionError with what does not hold."""
    check_balances(oracle)
    check_entries(oracle)
    check_claims(oracle)
    check_cards(oracle)


def check_balances(oracle):
    """Balances are the sums of the transfers, all of them together are zero, and some are never below it."""
    balances = collections.Counter()
    for move in oracle.books.transfers:
        assert move.amount > 0, move
        balances[move.debit] -= move.amount
        balances[move.credit] += move.amount
    assert sum(balances.values()) == 0, "Σ debit = Σ credit"
    for account in balances.keys() | oracle.books.balances.keys():
        assert balances[account] == oracle.books.balances[account], account
        assert account[:4] not in ("2203", "2205", "2206") or balances[account] >= 0, f"{account} below zero"
    for account, balance in balances.items():
        if account.startswith("1221:"):
            _, one, other = account.split(":")
            assert balance + balances[f"1221:{other}:{one}"] == 0, f"{account} has no mirror"


def check_entries(oracle):
    """Every accepted money record has exactly one entry, and every entry of a record its record, to the fen."""
    by_entry, sources = collections.defaultdict(list), {}
    for move in oracle.books.transfers:
        if move.device:
            by_entry[move.entry].append(move)
    for rec in oracle.judged:
        if rec.outcome == "accepted" and not rec.is_identity:
            moves = rec.entry
            assert moves[0].entry not in sources, f"two records of one entry: {rec.slot}"
            sources[moves[0].entry] = rec
            moved = [sum(move.amount for move in moves if move.debit[:4] != "1221"),
                     sum(move.amount for move in moves if move.credit[:4] != "1221")]
            assert moved == [rec.amount, rec.amount], f"{rec.slot} moved {moved}, not {rec.amount}"
    assert sources.keys() == by_entry.keys(), "an entry without its record"


def check_claims(oracle):
    """Lots are what 2203 holds, advances what 1122 is owed for cards, and nothing is claimed twice."""
    books = oracle.books
    for account, balance in books.balances.items():
        code, _, owner = account.partition(":")
        if code == "2203":
            assert sum(lot.amount for lot in books.lots[owner]) == balance, f"lots of {owner}"
    assert all(advance >= 0 for advance in books.advances.values()), "an advance paid back twice"


def check_cards(oracle):
    """A purse below zero has its open exception; gaps and links are what the chain says now."""
    for card_no, state in oracle.cards.items():
        below = oracle.books.balances[f"2001:{card_no}"] < 0
        assert not below or state.overdrawn and state.overdrawn.state == "open", f"{card_no} below zero in silence"
        accepted = {(family, counter) for family, taken in state.counters.items() for counter in taken}
        assert accepted == {(rec.family, rec.counter) for rec in state.chain if not rec.is_reversal}
        assert all(rec.outcome == "accepted" for rec in state.chain)
    open_ones = sum(problem.state == "open" for problem in oracle.problems if problem.verdict == "gray")
    assert open_ones == sum(len(state.grays) for state in oracle.cards.values()), "grays and their exceptions"
