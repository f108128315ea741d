"""What the bureau's desk brings: import KINDs that move money (FORMATS 1; P-08 granted, P-11, openings)."""
import datetime

from books import NEVER, midnight

DEBIT_SIDE = ("1001", "1002", "1122", "1221", "1298", "6201")


def import_money(oracle, kind, rows):
    """Posts the rows of an opening, cash or subsidy file that are not known yet, on the open date."""
    for row in rows:
        key = (kind, *KEYS[kind](row))
        assert oracle.desk.get(key, row) == row, f"other values under a known key: {key}"
        if key not in oracle.desk:
            oracle.desk[key] = row
            POST[kind](oracle, row)


def open_card(oracle, row):
    """A card's opening balance, 3001 → 2001."""
    amount = int(row["balance_fen"] or 0)
    enter(oracle, [("3001:", f"2001:{row['card_no']}", amount)], "opening", card=row["card_no"])


def enter(oracle, legs, kind, at=None, **event):
    """At 00:00 of the open date, or at its own time and then on the later of its day and the open date."""
    at = at or midnight(oracle.open_date)
    return oracle.books.enter(legs, max(oracle.open_date, at.date()), at, kind, **event)


def post_opening(oracle, row):
    account, amount = row["account"], int(row["amount_fen"])
    code, owner = account.split(":", 1)
    assert code not in ("2001", "3001"), "purses open with their cards"
    legs = [(account, "3001:", amount)] if code in DEBIT_SIDE else [("3001:", account, amount)]
    enter(oracle, legs, "opening", card=owner if owner in oracle.ref.cards else "",
          merchant=owner if owner in oracle.ref.merchants else "")
    if code == "2203":
        oracle.books.grant(owner, amount, NEVER)


def post_cash(oracle, row):
    till, card, amount = f"1001:{row['cashier']}", row["card_no"], int(row["amount_fen"])
    at = datetime.datetime.fromisoformat(row["at"])
    if row["kind"] == "topup":
        back, rest = oracle.books.pay_back(card, amount)
        enter(oracle, [(till, "1122:unknown", back), (till, f"2205:{card}", rest)], "cash_topup", at, card=card)
    elif row["kind"] == "refund":
        person = oracle.ref.cards[card]["person_no"]
        enter(oracle, [(f"2206:{person}", till, amount)], "cash_refund", at, card=card)
    elif row["kind"] == "cardfee":
        enter(oracle, [(till, f"6005:{oracle.ref.school_of_card(card)}", amount)], "card_fee", at, card=card)
    else:
        enter(oracle, [(f"1002:{row['bank_account']}", till, amount)], "cash_to_bank", at)


def post_subsidy(oracle, row):
    """P-08 granted: to the card of the row, or to each card of its class that is normal now."""
    amount, valid_to = int(row["amount_fen"]), datetime.date.fromisoformat(row["valid_to"])
    for card in sorted(subsidy_cards(oracle, row)):
        enter(oracle, [("3101:", f"2203:{card}", amount)], "subsidy_grant", card=card)
        oracle.books.grant(card, amount, valid_to)


def subsidy_cards(oracle, row):
    if row["card_no"]:
        return [row["card_no"]]
    return [card_no for card_no, card in oracle.ref.cards.items()
            if card["card_class"] == row["card_class"] and oracle.ref.is_normal(card, oracle.open_date)]


KEYS = {"opening": lambda row: (row["account"],), "cash": lambda row: (row["slip_no"],),
        "subsidy": lambda row: (row["batch_no"], row["card_class"], row["card_no"])}
POST = {"opening": post_opening, "cash": post_cash, "subsidy": post_subsidy}
