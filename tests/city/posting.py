"""Postings of records, P-01 to P-08: which accounts an accepted record moves (RULES 2)."""


def post_record(oracle, rec, bought):
    """Enters the accepted record into the books as one entry; bought is the purchase that a reversal cancels."""
    if rec.is_purchase:
        legs, merchant = purchase_legs(oracle, rec), oracle.merchant_of(rec)
        rec.entry = enter(oracle, rec, legs, "purchase", merchant)
        oracle.device(rec.device).add_sale(rec)
    elif rec.is_reversal:
        bought = bought.entry
        rec.entry = oracle.books.mirror(
            bought, rec.accounting_date, rec.at, "reversal", card=rec.card, merchant=bought[0].merchant,
            device=rec.device, seq=str(rec.seq))
    else:
        kind = "load" if rec.kind == 0x02 else "subsidy_draw"
        legs = load_legs(oracle, rec) if kind == "load" else draw_legs(oracle, rec)
        rec.entry = enter(oracle, rec, legs, kind, "")


def enter(oracle, rec, legs, kind, merchant):
    return oracle.books.enter(legs, rec.accounting_date, rec.at, kind, card=rec.card, merchant=merchant,
                              device=rec.device, seq=str(rec.seq))


def purchase_legs(oracle, rec):
    """P-01 to P-04 and P-06."""
    merchant, home = oracle.merchant_of(rec), oracle.ref.school_of_card(rec.card)
    debit = f"2001:{rec.card}" if home else "1298:unknown_card"
    if "blacklisted" in rec.flags:
        debit = f"6201:{home}"
    credit = f"2004:{merchant}" if merchant else "2298:unknown_terminal"
    shop = oracle.ref.merchants[merchant]["school_code"] if merchant else home
    if home and merchant and shop != home:
        return [(debit, f"1221:{home}:{shop}", rec.amount), (f"1221:{shop}:{home}", credit, rec.amount)]
    return [(debit, credit, rec.amount)]


def load_legs(oracle, rec):
    """P-07: 2205 as far as it reaches, the rest is advanced."""
    if rec.card not in oracle.ref.cards:
        return [("1122:unknown", "2298:unknown_card", rec.amount)]
    claimed, advanced = oracle.books.claim(rec.card, rec.amount)
    return [(f"2205:{rec.card}", f"2001:{rec.card}", claimed), ("1122:unknown", f"2001:{rec.card}", advanced)]


def draw_legs(oracle, rec):
    """P-08: the lots as far as they reach, the rest is suspense."""
    if rec.card not in oracle.ref.cards:
        return [("1298:subsidy_draw", "2298:unknown_card", rec.amount)]
    taken = oracle.books.take_lots(rec.card, rec.amount)
    return [(f"2203:{rec.card}", f"2001:{rec.card}", taken),
            ("1298:subsidy_draw", f"2001:{rec.card}", rec.amount - taken)]
