"""What settle moves on an open date: fees (P-12), lapsed subsidies (P-08), drained cards (P-14, P-15)."""
import collections
import datetime

from books import midnight

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
    return oracle.books.enter(legs, oracle.open_date, midnight(oracle.open_date), kind, **event)


def lapse_subsidies(oracle):
    """P-08: what a lot still holds after its last day goes back."""
    for card, lots in sorted(oracle.books.lots.items()):
        for lot in lots:
            if lot.valid_to < oracle.open_date:
                lapse(oracle, card, lot)
        oracle.books.drop_empty(card)


def lapse(oracle, card, lot):
    enter(oracle, [(f"2203:{card}", "3101:", lot.amount)], "subsidy_lapse", card=card)
    lot.amount = 0


def drain_cards(oracle):
    """P-14 and P-15 for the cards whose drain window is over; P-15 goes first where both are true."""
    successors = {row["replaces"]: card_no for card_no, row in sorted(oracle.ref.cards.items()) if row["replaces"]}
    for card in sorted(oracle.ref.losses.keys() & oracle.ref.cards.keys()):
        reports = oracle.ref.open_reports(card, oracle.open_date)
        if not reports or not window_over(oracle, card, max(at for at, _ in reports)):
            continue
        if card in successors:
            replace_card(oracle, card, successors[card])
        elif any(kind == "closed" for _, kind in reports):
            close_card(oracle, card)


def window_over(oracle, card, effective):
    """7 days are over, and every device that saw the card in 30 days has said since then that it holds nothing."""
    if oracle.open_date < effective.date() + DRAIN_DAYS:
        return False
    end = midnight(oracle.open_date + datetime.timedelta(days=1))
    devices = {rec.device for rec in oracle.sightings[card] if end - SIGHT_DAYS <= rec.at < end}
    return all(emptied(oracle, device, effective) for device in devices)


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
    for lot in oracle.books.lots[card]:
        lapse(oracle, card, lot)
    oracle.books.drop_empty(card)


def replace_card(oracle, old, new):
    """P-15: purse and top-up wait on the new card to be claimed, subsidies keep their last day."""
    legs = [(account, f"2205:{new}", amount) for account, amount in positive(oracle, f"2001:{old}", f"2205:{old}")]
    lots = oracle.books.lots.pop(old, [])
    enter(oracle, legs + [(f"2203:{old}", f"2203:{new}", lot.amount) for lot in lots], "card_replaced", card=old)
    oracle.books.lots[new] += lots
