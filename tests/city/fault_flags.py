"""Every flag of R-10, the dates of RULES 3 and the postings that flags change."""
import datetime


def meets_unknown_terminals(lab):
    """unknown_terminal in all its ways, P-03, also with P-02 and P-04."""
    flag = {"unknown_terminal"}
    ghost, card = lab.ghost(), lab.card()
    ghost.sell(card, 500, lab.at(0, "12:00:00"), flags=flag)
    ghost.next_seq = 4
    ghost.sell(card, 510, lab.at(0, "12:00:01"), flags=flag)
    ghost.sell(lab.card(listed=False), 520, lab.at(0), flags=flag | {"unknown_card"})
    thief = lab.card(status="lost")
    ghost.sell(thief, 530, lab.at(0), flags=flag | {"blacklisted"})
    ghost.sell(lab.card(), 540, lab.at(0), expect="bad_arithmetic", after=1)
    lab.put(0, ghost)
    loader = lab.device(suffix="", kind="load")
    loader.sell(lab.card(), 550, lab.at(0), flags=flag)
    retired = lab.device(valid_to=str(lab.day(0)))
    retired.sell(lab.card(), 560, lab.at(0))
    retired.sell(lab.card(), 570, lab.at(1), flags=flag)
    coming = lab.device(valid_from=str(lab.day(1)))
    coming.sell(lab.card(), 580, lab.at(0), flags=flag)
    coming.sell(lab.card(), 590, lab.at(1))
    returning = lab.device(valid_to=str(lab.day(-1)))
    lab.world.rows["terminal"].append(dict(lab.world.rows["terminal"][-1], valid_from=str(lab.day(1)), valid_to=""))
    returning.sell(lab.card(), 592, lab.at(-1))
    returning.sell(lab.card(), 594, lab.at(0), flags=flag)
    returning.sell(lab.card(), 596, lab.at(1))
    for device in (loader, retired, coming, returning):
        lab.put(1, device)


def meets_a_terminal_of_another_school(lab):
    """unknown_terminal: on file, but in another school's package; and a terminal that moved between schools."""
    device = lab.device(0)
    device.sell(lab.card(1), 600, lab.at(0, "12:00:00"), flags={"unknown_terminal"})
    device.next_seq += 3
    device.sell(lab.card(0), 610, lab.at(0, "12:01:00"), flags={"unknown_terminal"})
    lab.put(0, device, home=1)
    moving = lab.device(0, valid_to=str(lab.day(0)))
    row = dict(lab.world.rows["terminal"][-1], school_code=lab.schools[1].code, valid_from=str(lab.day(1)),
               merchant_no=f"{lab.schools[1].code}10002", valid_to="")
    lab.world.rows["terminal"].append(row)
    moving.sell(lab.card(), 620, lab.at(0))
    lab.put(0, moving, home=0)
    moving.sell(lab.card(), 630, lab.at(0), flags={"unknown_terminal"})
    moving.sell(lab.card(1), 640, lab.at(1))
    lab.put(1, moving, home=1)


def reads_terminal_rows_of_the_day(lab):
    """Histories are read as of the day of the record: merchant and classes change overnight."""
    device = lab.device(suffix="10001", valid_to=str(lab.day(0)), classes="1-10")
    lab.world.rows["terminal"].append(dict(
        lab.world.rows["terminal"][-1], merchant_no=f"{lab.schools[0].code}10004", valid_from=str(lab.day(1)),
        valid_to="", classes="60-79"))
    device.sell(lab.card(), 650, lab.at(0))
    device.sell(lab.card(), 660, lab.at(1), flags={"class_refused"})
    device.sell(lab.card(card_class="60"), 670, lab.at(0), flags={"class_refused"})
    lab.put(1, device)


def learns_reference_rows_later(lab):
    """A card and a device that come on file on the second day; the first day's records stay as they were judged."""
    card, device = lab.late_card(1, counter="12", balance_fen="43210"), lab.ghost()
    known = lab.device()
    card.counter, card.balance = 10, 50000
    known.sell(card, 3395, lab.at(0, "08:00:00"), flags={"unknown_card"})
    known.sell(card, 3395, lab.at(0, "12:00:00"), flags={"unknown_card"})
    device.sell(lab.card(), 680, lab.at(0), flags={"unknown_terminal"})
    lab.put(0, device)
    lab.put(0, known)
    row = dict(lab.world.rows["terminal"][0], device_no=device.device, psam_no=device.psam, classes="")
    lab.world.add_late(lab.day(1), "terminal", row)
    known.sell(card, 210, lab.at(1))
    device.sell(lab.card(), 690, lab.at(1))
    lab.put(1, known)
    lab.put(1, device)


def imports_a_card_again(lab):
    """The same row changes nothing; other values replace it, and later records are judged by them."""
    device, same, closing = lab.device(), lab.card(), lab.card()
    for card in (same, closing):
        device.sell(card, 700, lab.at(0))
    lab.put(0, device)
    lab.world.add_late(lab.day(1), "card", same.row)
    lab.world.add_late(lab.day(1), "card", dict(closing.row, status="closed", card_class="60"))
    device.sell(same, 710, lab.at(1))
    device.sell(closing, 720, lab.at(1), flags={"card_not_valid"})
    lab.put(1, device)


def uses_cards_that_are_not_valid(lab):
    """card_not_valid: closed on file, closed by a row from its moment on, expired the day after expires_on."""
    device, flag = lab.device(), {"card_not_valid"}
    device.sell(lab.card(status="closed"), 730, lab.at(0), flags=flag)
    for status in ("locked", "frozen"):
        device.sell(lab.card(status=status), 740, lab.at(0))
    closing = lab.card()
    lab.world.loss(closing, "closed", lab.at(0, "12:00:00"), "销户")
    device.sell(closing, 750, lab.at(0, "11:59:59"))
    device.sell(closing, 760, lab.at(0, "12:00:00"), flags=flag)
    old = lab.card(expires_on=str(lab.day(0)))
    device.sell(old, 770, lab.at(0, "23:59:59"), flags={"bad_time"})
    past = lab.card(expires_on=str(lab.day(-1)))
    device.sell(past, 780, lab.at(-1, "23:59:59"))
    device.sell(past, 790, lab.at(0, "00:00:00"), flags=flag)
    lab.put(0, device)


def loses_cards(lab):
    """blacklisted and P-04: from effective_at on, until found; reports imported later do not judge again."""
    device, flag = lab.device(), {"blacklisted"}
    card = lab.card()
    for kind, clock in (("lost", "09:00:00"), ("found", "11:00:00"), ("lost", "13:00:00")):
        lab.world.loss(card, kind, lab.at(0, clock), "挂失" if kind == "lost" else "解挂")
    for clock, flags in (("08:59:59", ()), ("09:00:00", flag), ("10:59:59", flag), ("11:00:01", ()),
                         ("12:59:59", ()), ("13:00:00", flag)):
        device.sell(card, 800, lab.at(0, clock), flags=flags)
    device.sell(lab.card(status="lost"), 810, lab.at(0), flags=flag)
    opening = lab.card(status="lost")
    lab.world.loss(opening, "found", lab.at(0, "12:00:00"), "解挂")
    device.sell(opening, 820, lab.at(0, "11:00:00"), flags=flag)
    device.sell(opening, 830, lab.at(0, "13:00:00"))
    bad = lab.card()
    lab.world.loss(bad, "bad", lab.at(-2, "12:00:00"), "坏卡")
    device.sell(bad, 840, lab.at(0))
    lab.put(0, device)
    slow = lab.card()
    device.sell(slow, 850, lab.at(0, "15:00:00"))
    lab.put(0, device)
    lab.world.loss(slow, "lost", lab.at(0, "14:00:00"), "挂失", reported=lab.day(1))
    device.sell(slow, 860, lab.at(0, "16:00:00"), flags=flag)
    device.sell(slow, 870, lab.at(1, "08:00:00"), flags=flag)
    lab.world.loss(slow, "found", lab.at(1, "09:00:00"), "解挂", reported=lab.day(2))
    lab.put(1, device)
    device.sell(slow, 880, lab.at(1, "08:30:00"), flags=flag)
    device.sell(slow, 890, lab.at(2, "08:30:00"))
    lab.put(2, device)


def eats_at_other_schools(lab):
    """P-06 with 2001 and with 6201, and what has no mirror: unknown cards and unknown terminals."""
    device = lab.device(1)
    device.sell(lab.card(0), 900, lab.at(0))
    device.sell(lab.card(2), 910, lab.at(0))
    device.sell(lab.card(0, status="lost"), 920, lab.at(0), flags={"blacklisted"})
    device.sell(lab.card(0, listed=False), 930, lab.at(0), flags={"unknown_card"})
    device.sell(lab.card(1), 940, lab.at(0))
    lab.put(0, device)
    loader = lab.device(1, suffix="", kind="load")
    loader.sell(lab.card(0), 950, lab.at(0), flags={"unknown_terminal"})
    loader.sell(lab.card(0, status="lost"), 960, lab.at(0), flags={"unknown_terminal", "blacklisted"})
    lab.put(0, loader)
    host = lab.device(0, suffix="10002")
    host.sell(lab.card(1), 970, lab.at(0))
    lab.put(0, host)


def has_wrong_clocks(lab):
    """bad_time: more than 10 minutes after, more than 180 days before the package's time; on the open date."""
    device, flag, made = lab.device(classes="1-59"), {"bad_time"}, lab.at(0, "22:20:00")
    minute, half_year = datetime.timedelta(minutes=10), datetime.timedelta(days=180)
    second = datetime.timedelta(seconds=1)
    device.sell(lab.card(), 300, made + minute)
    device.sell(lab.card(), 310, made + minute + second, flags=flag)
    device.sell(lab.card(), 320, made - half_year)
    device.sell(lab.card(), 330, made - half_year - second, flags=flag)
    device.sell(lab.card(), 340, lab.at(-9500, "00:00:00"), flags=flag)
    ahead = lab.card()
    device.sell(ahead, 350, lab.at(0, "12:00:00"))
    device.sell(ahead, 360, lab.at(2000, "23:59:59"), flags=flag | {"card_not_valid"})
    device.sell(ahead, 370, lab.at(0, "13:00:00"))
    device.sell(lab.card(card_class="70"), 380, lab.at(26000, "00:00:00"),
                flags=flag | {"card_not_valid", "class_refused"})
    stolen = lab.card()
    lab.world.loss(stolen, "lost", lab.at(-300, "12:00:00"), "挂失")
    device.sell(stolen, 390, lab.at(-301, "12:00:00"), flags=flag)
    device.sell(stolen, 400, lab.at(-299, "12:00:00"), flags=flag | {"blacklisted"})
    lab.ship(0, lab.schools[0], lab.logs(device, None, made), made)
    late, made = lab.device(), lab.at(0, "23:55:00")
    late.sell(lab.card(), 410, lab.at(1, "00:05:00"))
    late.sell(lab.card(), 420, lab.at(1, "00:05:01"), flags=flag)
    lab.ship(0, lab.schools[0], lab.logs(late, None, made), made)


def spends_too_much(lab):
    """over_limit: a single amount, the own day's sum in the order of posting, both at once, and late ones."""
    device, flag = lab.device(), {"over_limit"}
    device.sell(lab.card(), 20000, lab.at(0))
    device.sell(lab.card(), 20001, lab.at(0), flags=flag)
    edge = lab.card(balance_fen="99999")
    for clock, amount, flags in (("08:00:00", 20000, ()), ("09:00:00", 20000, ()), ("10:00:00", 10000, ()),
                                 ("11:00:00", 1, flag), ("12:00:00", 20001, flag)):
        device.sell(edge, amount, lab.at(0, clock), flags=flags)
    device.sell(edge, 19000, lab.at(1, "07:00:00"))
    lab.put(0, device, device.memory[:-1])
    lab.put(1, device, device.dump()[-1:])
    two_days = lab.card(balance_fen="200000")
    sold = [device.sell(two_days, 15000, lab.at(0, f"1{n}:00:00"), flags=flag if n == 2 else ()) for n in range(4)]
    sold += [device.sell(two_days, 16000, lab.at(1, f"1{n}:00:00"), flags=flag if n == 3 else ()) for n in range(4)]
    device.memory = []
    lab.put(0, device, sold[:2] + sold[3:4])
    lab.put(1, device, sold[4:7] + sold[2:3])
    lab.put(2, device, sold[7:])
    skewed = lab.card(balance_fen="200000")
    for clock, flags in (("13:00:00", ()), ("09:00:00", ()), ("14:00:00", ()), ("10:00:00", flag)):
        device.sell(skewed, 15000, lab.at(2, clock), flags=flags)
    stranger = lab.card(listed=False, balance_fen="90000")
    device.sell(stranger, 20500, lab.at(2), flags={"unknown_card", "over_limit"})
    lab.put(2, device)


def refuses_classes(lab):
    """class_refused: only a card on file, only where the terminal names classes."""
    device = lab.device(classes="1-40;77")
    for card_class, flags in (("1", ()), ("40", ()), ("41", {"class_refused"}), ("77", ()), ("120", {"class_refused"})):
        device.sell(lab.card(card_class=card_class), 200, lab.at(0), flags=flags)
    device.sell(lab.card(listed=False, card_class="120"), 210, lab.at(0), flags={"unknown_card"})
    lab.put(0, device)


def breaks_balances(lab):
    """balance_break: at the opening state, between two records, silent over a gap until it is filled."""
    device = lab.device()
    opening = lab.card()
    device.sell(opening, 1000, lab.at(0), before=40000, after=39000)
    device.sell(opening, 1000, lab.at(0, "13:00:00"))
    device.sell(opening, 1000, lab.at(0, "14:00:00"), before=37777, after=36777)
    gap = lab.card()
    parts = [device.sell(gap, 100, lab.at(0, "12:00:00")), device.sell(gap, 100, lab.at(0, "12:30:00")),
             device.sell(gap, 100, lab.at(0, "13:00:00"), before=30000, after=29900)]
    device.memory = [entry for entry in device.memory if entry is not parts[1]]
    stranger = lab.card(listed=False)
    device.sell(stranger, 100, lab.at(0, "09:00:00"), flags={"unknown_card"})
    device.sell(stranger, 100, lab.at(0, "09:30:00"), before=20000, after=19900, flags={"unknown_card"})
    same_second = lab.card()
    for _ in range(3):
        device.sell(same_second, 100, lab.at(0, "12:00:00"))
    lab.put(0, device)
    lab.put(1, device, [parts[1]])


def mends_a_link_by_a_skewed_clock(lab):
    """balance_break closes by itself where a record with a slow clock comes between the two of the link."""
    device, slow, card = lab.device(), lab.device(), lab.card()
    device.sell(card, 100, lab.at(0, "10:00:00"))
    device.sell(card, 100, lab.at(0, "12:00:00"), before=45000, after=44900)
    lab.put(0, device)
    slow.sell(card, 100, lab.at(0, "11:00:00"))
    lab.put(1, slow)


def overdraws_purses(lab):
    """negative_balance: the chip holds more than the ledger; one open exception however many runs see it."""
    device, card = lab.device(), lab.card(balance_fen="500")
    card.balance = 9000
    device.sell(card, 400, lab.at(0, "12:00:00"))
    lab.put(0, device)
    device.sell(card, 400, lab.at(1, "12:00:00"))
    device.sell(card, 400, lab.at(1, "12:30:00"))
    lab.put(1, device)
    device.sell(card, 400, lab.at(2, "12:00:00"))
    lab.put(2, device)
    empty = lab.card(balance_fen="0")
    empty.balance = 100
    device.sell(empty, 100, lab.at(2))
    lab.put(2, device)


def brings_late_money_and_early_money(lab):
    """RULES 3: late money goes to the open day, records from just after midnight wait in tomorrow's books."""
    device, card = lab.device(suffix="10002"), lab.card()
    today = [device.sell(card, 450, lab.at(0, clock)) for clock in ("07:00:00", "12:00:00", "18:00:00", "21:00:00")]
    device.memory = []
    lab.put(0, device, today[:1])
    device.sell(card, 460, lab.at(1, "00:05:00"))
    lab.ship(0, lab.schools[0], lab.logs(device, None, lab.at(1, "00:40:00")), lab.at(1, "00:40:00"))
    lab.put(1, device, today[1:3])
    lab.put(2, device, today[3:])
    device.sell(card, 470, lab.at(3, "00:10:00"))
    lab.ship(2, lab.schools[0], lab.logs(device, None, lab.at(3, "00:30:00")), lab.at(3, "00:30:00"))


def holds_sales_of_merchants(lab):
    """held_fen by meal: held sales of a merchant's terminal, on the date of the run that held them first."""
    device = lab.device(suffix="10006")
    for clock in ("09:59:59", "10:00:00", "13:59:59", "14:00:00", "19:59:59", "20:00:00"):
        device.sell(lab.card(), 110, lab.at(0, clock), expect="bad_arithmetic", after=1)
        device.sell(lab.card(), 120, lab.at(0, clock))
    lab.put(0, device)
    device.sell(lab.card(), 130, lab.at(0, "08:00:00"), expect="bad_arithmetic", after=1)
    lab.put(1, device)


def earns_less_than_the_smallest_fee(lab):
    """P-12: the least fee is taken even where the turnover is smaller."""
    device = lab.device(2, suffix="10005")
    merchant = lab.schools[2].merchants["10005"]
    merchant["fee_min_fen"], merchant["fee_max_fen"] = "900000", "0"
    device.sell(lab.card(2, card_class="60"), 30, lab.at(0))
    lab.put(0, device)


SCENARIOS = (
    meets_unknown_terminals, meets_a_terminal_of_another_school, reads_terminal_rows_of_the_day,
    learns_reference_rows_later, imports_a_card_again, uses_cards_that_are_not_valid, loses_cards,
    eats_at_other_schools, has_wrong_clocks, spends_too_much, refuses_classes, breaks_balances,
    mends_a_link_by_a_skewed_clock, overdraws_purses, brings_late_money_and_early_money, holds_sales_of_merchants,
    earns_less_than_the_smallest_fee,
)
