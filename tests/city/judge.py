"""The verdicts of RULES 1: R-02 to R-10 of one record, grays and reversals that wait, flags and dates."""
import datetime

from posting import post_record
from primitives import ALGORITHM_OF_NIBBLE, load_block, purchase_block
from problems import Problem

SINGLE_LIMIT_FEN = 20000
DAY_LIMIT_FEN = 50000
CLOCK_AHEAD = datetime.timedelta(minutes=10)
CLOCK_BEHIND = datetime.timedelta(days=180)
REVERSAL_DAYS = datetime.timedelta(days=3)
ALGORITHM_OF_CHIP = {"cpu3des": "3des", "cpusm4": "sm4"}


def judge_alone(oracle, rec):
    """R-02 to R-05, in the order of arrival: the first that refuses, accepted for identity records, or empty."""
    verdict = oracle.device(rec.device).judge_seen(rec, oracle.ref.first_seq(rec.device))
    if not verdict:
        oracle.sightings[rec.card].append(rec)
    if verdict or rec.is_identity:
        return verdict or "accepted"
    if not tac_good(oracle, rec):
        return "tac_bad"
    return "" if sum_good(rec) else "bad_arithmetic"


def sum_good(rec):
    """R-05."""
    if rec.is_purchase:
        return rec.amount <= rec.before and rec.before - rec.amount == rec.after
    return rec.before + rec.amount == rec.after


def tac_good(oracle, rec):
    """R-04: the chip on file decides whether a TAC is due; the record, or else the card, names the key."""
    card = oracle.ref.cards.get(rec.card)
    if rec.is_reversal or rec.is_gray and rec.tac == bytes(4) or card and card["chip"] == "m1":
        return True
    if rec.is_purchase:
        block = purchase_block(rec.amount, rec.kind, rec.psam, rec.psam_seq, rec.date, rec.time)
    else:
        block = load_block(rec.after, rec.counter, rec.amount, 0x02, rec.psam, rec.date, rec.time)
    return any(oracle.ring.mac(name, rec.card, block) == rec.tac for name in keys_of(oracle, rec, card))


def keys_of(oracle, rec, card):
    """The loaded keys (algorithm, version) that may have made the record's TAC."""
    loaded = sorted(oracle.ring.masters)
    if rec.key is not None:
        return [name for name in loaded if name == (ALGORITHM_OF_NIBBLE.get(rec.key >> 4), rec.key & 15)]
    if card:
        return [name for name in loaded if name == (ALGORITHM_OF_CHIP[card["chip"]], int(card["key_version"]))]
    return [name for name in loaded if not rec.chip or name[0] == ALGORITHM_OF_CHIP.get(rec.chip)]


def judge_in_card(oracle, rec):
    """R-06 to R-10 of a record at its turn in its card's posting order."""
    state = oracle.card_state(rec.card)
    if rec.is_gray:
        hold(oracle, rec, "gray")
        state.grays.append(rec)
    elif rec.is_reversal:
        if purchase_of(oracle, rec):
            accept(oracle, rec)
        else:
            hold(oracle, rec, "unmatched_reversal")
            state.reversals.append(rec)
    elif state.used(rec):
        hold(oracle, rec, "counter_conflict")
    elif merchant_pays(oracle, rec):
        hold(oracle, rec, "merchant_pays")
    else:
        accept(oracle, rec)


def hold(oracle, rec, verdict):
    """Holds the record (R-03 to R-09) with an exception; what it is first held for is its verdict."""
    if not rec.verdict:
        rec.verdict, rec.held_on = verdict, oracle.open_date
        if rec.is_purchase and oracle.merchant_of(rec):
            oracle.held_sales.append((oracle.open_date, oracle.merchant_of(rec), rec))
    rec.outcome = verdict
    rec.problem = Problem(verdict, rec.package.school, oracle.open_date, record=rec)
    oracle.problems.append(rec.problem)


def accept(oracle, rec):
    """R-10: flags, dates and postings."""
    rec.verdict, rec.outcome = rec.verdict or "accepted", "accepted"
    state = oracle.card_state(rec.card)
    state.add(rec)
    bought = purchase_of(oracle, rec) if rec.is_reversal else None
    if bought:
        bought.reversed_by = rec
    rec.flags = flags_of(oracle, rec, state)
    rec.accounting_date = oracle.open_date
    if "bad_time" not in rec.flags and not rec.agreed:
        rec.accounting_date = max(oracle.open_date, rec.day)
    for flag in sorted(rec.flags):
        oracle.problems.append(Problem(flag, rec.package.school, rec.accounting_date, record=rec))
    post_record(oracle, rec, bought)
    oracle.moved.add(rec.card)


def purchase_of(oracle, rec):
    """R-08: the accepted purchase that the reversal cancels and nothing reversed yet, or None."""
    for bought in oracle.device(rec.device).contents[rec.epoch, rec.reference]:
        if (bought.outcome == "accepted" and bought.is_purchase and not bought.reversed_by
                and (bought.card, bought.amount) == (rec.card, rec.amount)):
            return bought
    return None


def merchant_pays(oracle, rec):
    """R-09: a purchase after the loss report, on a terminal whose list named the card since then."""
    card = oracle.ref.cards.get(rec.card)
    if not rec.is_purchase or card is None:
        return False
    first = oracle.ref.first_version(card, rec.at, oracle.open_date)
    return first is not None and rec.list_version >= int(f"{first:%Y%m%d}")


# What waits for an answer

def ask_again(oracle, card):
    """Asks the card's grays and waiting reversals, in posting order, until nothing changes; each answer counts at once."""
    state = oracle.card_state(card)
    changed = True
    while changed:
        changed = False
        for rec in sorted(state.grays + state.reversals, key=lambda rec: rec.posting_order):
            changed |= ask_reversal(oracle, state, rec) if rec.is_reversal else ask_gray(oracle, state, rec)


def ask_gray(oracle, state, rec):
    answer = answer_of(state, rec)
    if answer:
        state.grays.remove(rec)
        decide(oracle, rec, answer)
    return answer is not None


def ask_reversal(oracle, state, rec):
    met = oracle.open_date <= rec.held_on + REVERSAL_DAYS and purchase_of(oracle, rec) is not None
    if met:
        state.reversals.remove(rec)
        rec.problem.state = "closed"
        accept(oracle, rec)
    return met


def answer_of(state, rec):
    """What became of a gray: void, posted, or None while nobody can tell."""
    if state.used(rec):
        return "void"
    if any(carried.names(rec) for carried in state.carried):
        return "posted"
    after = state.next_after(rec)
    if after is None or rec.after == rec.before:
        return None
    return {rec.after: "posted", rec.before: "void"}.get(after.before)


def decide(oracle, rec, answer):
    """A decision is final; a posted gray meets R-09 as of the night of the decision."""
    rec.problem.state = "closed"
    if answer == "void":
        rec.outcome = "void"
    elif merchant_pays(oracle, rec):
        hold(oracle, rec, "merchant_pays")
    else:
        accept(oracle, rec)


# Flags

def bad_time(oracle, rec):
    """Also where package and record come from a future more than 180 days after the open date."""
    return (not rec.package.time - CLOCK_BEHIND <= rec.at <= rec.package.time + CLOCK_AHEAD
            or rec.day > oracle.open_date + CLOCK_BEHIND)


def terminal_row(oracle, rec):
    """The row of the record's device: on the record's day, or on the open date where its clock is wrong."""
    return oracle.ref.terminal_on(rec.device, oracle.open_date if bad_time(oracle, rec) else rec.day)


def device_known(oracle, rec):
    row = terminal_row(oracle, rec)
    return row is not None and row["school_code"] == rec.package.school


def merchant_of(oracle, rec):
    """The merchant of the record's terminal, or empty where device or merchant are not known (P-03)."""
    merchant = terminal_row(oracle, rec)["merchant_no"] if device_known(oracle, rec) else ""
    return merchant if merchant in oracle.ref.merchants else ""


def flags_of(oracle, rec, state):
    """The flags of R-10 that one record shows by itself, or with its card's day."""
    card = oracle.ref.cards.get(rec.card)
    found = {
        "unknown_terminal": not (oracle.merchant_of(rec) if rec.is_purchase else device_known(oracle, rec)),
        "unknown_card": card is None,
        "card_not_valid": card is not None and oracle.ref.card_not_valid(card, rec.at),
        "bad_time": bad_time(oracle, rec),
    }
    if rec.is_purchase:
        row = terminal_row(oracle, rec)
        found["blacklisted"] = card is not None and oracle.ref.loss_report(card, rec.at) is not None
        found["over_limit"] = rec.amount > SINGLE_LIMIT_FEN or state.spent[rec.day] > DAY_LIMIT_FEN
        found["class_refused"] = (card is not None and row is not None
                                  and not oracle.ref.class_allowed(row["classes"], card["card_class"]))
    return {name for name, holds in found.items() if holds}
