"""What settle moves on an open date: fees (P-12), lapsed subsidies (P-08), drained cards (P-14, P-15)."""
import collections
import datetime

from books import midnight
from reference import end_of

DRAIN_DAYS = datetime.timedelta(days=7)
SIGHT_DAYS = datetime.timedelta(days=30)
MONEY_KINDS = ("pos", "load", "bus")


def settle(oracle):
    """Moves all that is due at the end of the open date."""
    lapse_subsidies(oracle)
    drain_cards(oracle)
    take_fees(oracle)


def take_fees(oracle):
    """P-12: the fee of every merchant on its turnover of the open date."""
    turnover = collections.Counter()
    for move in oracle.books.transfers:
        if move.accounting_date == oracle.open_date:
            if move.kind == "purchase" and move.credit.startswith("2004:"):
                turnover[move.credit[5:]] += move.amount
            elif move.kind == "reversal" and move.debit.startswith("2004:"):
                turnover[move.debit[5:]] -= move.amount
    for merchant, amount in sorted(turnover.items()):
        row = oracle.ref.merchants[merchant]
        enter(oracle, [(f"2004:{merchant}", f"6002:{row['school_code']}", fee_of(row, amount))], "merchant_fee",
              merchant=merchant)


def fee_of(merchant, turnover):
    """RULES 5: round half up, at least the minimum, at most the maximum, never when turnover ≤ 0."""
    if turnover <= 0:
        return 0
    fee = (turnover * int(merchant["fee_bps"]) * 2 + 10000) // 20000
    fee = max(fee, int(merchant["fee_min_fen"]))
    most = int(merchant["fee_max_fen"])
    return min(fee, most) if most else fee


def enter(oracle, legs, kind, **event):
    """Posts at 00:00 of the open date."""
    return oracle.books.enter(legs, oracle.open_date, midnight(oracle.open_date), kind, **event)


def lapse_subsidies(oracle):
    """P-08: what a card's lots still hold after their last day goes back."""
    for card, lots in sorted(oracle.books.lots.items()):
        lapse(oracle, card, [lot for lot in lots if lot.valid_to < oracle.open_date])


def lapse(oracle, card, lots, joins=False):
    legs = [(f"2203:{card}", "3101:", sum(lot.amount for lot in lots))]
    enter(oracle, legs, "subsidy_lapse", card=card, joins=joins)
    for lot in lots:
        lot.amount = 0
    oracle.books.drop_empty(card)


def drain_cards(oracle):
    """P-14 and P-15 for the cards whose drain window is over; what a card gets from an older one goes on with it."""
    successors = {row["replaces"]: card_no for card_no, row in sorted(oracle.ref.cards.items()) if row["replaces"]}
    due = [card for card in oracle.ref.losses if card in oracle.ref.cards and is_leaving(oracle, card, successors)
           and window_over(oracle, card)]
    while due:
        first = next(card for card in sorted(due) if not any(successors.get(old) == card for old in due))
        due.remove(first)
        if first in successors:
            replace_card(oracle, first, successors[first])
        else:
            close_card(oracle, first)


def is_leaving(oracle, card, successors):
    """P-15 goes first: lost, bad or closed and replaced; else closed. Found again, it stays."""
    kinds = [kind for _, kind, _ in oracle.ref.loss_rows(card, end_of(oracle.open_date))]
    return bool(kinds) and kinds[-1] != "found" and (card in successors or "closed" in kinds)


def window_over(oracle, card):
    """7 days are over, and every device that saw the card in 30 days has said since then that it holds nothing.

    What a door saw, whatever the terminal's row says of its kind, is no sight of a pos, load or bus device.
    """
    end = end_of(oracle.open_date)
    effective = oracle.ref.loss_rows(card, end)[-1][0]
    devices = {rec.device for rec in oracle.sightings[card] if end - SIGHT_DAYS <= rec.at < end and not rec.is_of_a_door}
    return (oracle.open_date >= effective.date() + DRAIN_DAYS
            and all(emptied(oracle, device, effective) for device in devices))


def emptied(oracle, device, effective):
    if all(row["kind"] not in MONEY_KINDS for row in oracle.ref.history(device)):
        return True
    return any(status.at > effective and status.uncollected == 0 for status in oracle.device(device).statuses)


def positive(oracle, *accounts):
    return [(account, oracle.books.balances[account]) for account in accounts if oracle.books.balances[account] > 0]


def close_card(oracle, card):
    """P-14: purse, top-up to claim and deposit are owed to the person; subsidies lapse."""
    owed = f"2206:{oracle.ref.cards[card]['person_no']}"
    legs = [(account, owed, amount) for account, amount in
            positive(oracle, f"2001:{card}", f"2205:{card}", f"2002:{card}")]
    enter(oracle, legs, "card_closed", card=card)
    lapse(oracle, card, oracle.books.lots[card], joins=True)


def replace_card(oracle, old, new):
    """P-15: purse and top-up wait on the new card to be claimed, subsidies keep their last day."""
    legs = [(account, f"2205:{new}", amount) for account, amount in positive(oracle, f"2001:{old}", f"2205:{old}")]
    lots = oracle.books.lots.pop(old, [])
    legs.append((f"2203:{old}", f"2203:{new}", sum(lot.amount for lot in lots)))
    enter(oracle, legs, "card_replaced", card=old)
    oracle.books.lots[new] += lots
