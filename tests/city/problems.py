"""Exceptions (R-25): the row of one, and those that the end of a run opens and closes by itself (R-20, R-21, R-23)."""
import dataclasses
import datetime


@dataclasses.dataclass
class Problem:
    """An exception as api.exception shows it; record is the record it hangs on, or None."""

    verdict: str
    school_code: str
    accounting_date: datetime.date
    state: str = "open"
    record: object = None
    fields: dict = dataclasses.field(default_factory=dict)


def renew(oracle, known, found, make):
    """Closes the problems of known that are not found any more, and opens those that are new; known: slot → problem."""
    for slot in known.keys() - found:
        known.pop(slot).state = "closed"
    for slot in sorted(found - known.keys()):
        known[slot] = make(*slot)
        oracle.problems.append(known[slot])


def judge_sequence_gaps(oracle, touched):
    """R-20 for the devices of the run, and the missing figure of their day."""
    for device in sorted(touched):
        state, first_seq = oracle.device(device), oracle.ref.first_seq(device)

        def make(epoch, first, last, state=state):
            worth = state.worth(last - first + 1, oracle.open_date)
            fields = {"device_no": state.device, "device_seq": str(first), "amount_fen": str(worth),
                      "detail": f"{epoch}:{first}-{last}"}
            return Problem("sequence_gap", state.records_school, oracle.open_date, fields=fields)
        spans = set(state.missing(first_seq))
        renew(oracle, state.gaps, spans, make)
        counts = oracle.terminal_days.get((oracle.open_date, device))
        if counts is not None:
            counts["missing"] = sum(last - first + 1 for _, first, last in spans)


def judge_device_totals(oracle, touched):
    """R-23 for the devices that brought records or a status row, and the total of their day."""
    for device in sorted(touched):
        state, status = oracle.device(device), oracle.device(device).newest_status
        if status is None:
            continue
        counts = oracle.terminal_days.get((oracle.open_date, device))
        if counts is not None:
            counts["device_total_fen"] = status.total_amount_fen
        holds, difference = state.total_holds(oracle.ref.first_seq(device))
        if holds and state.disputed:
            state.disputed.state, state.disputed = "closed", None
        elif not holds and not state.disputed and status is not state.settled:
            fields = {"device_no": device, "device_seq": str(status.last_seq or ""),
                      "amount_fen": "" if difference is None else str(difference)}
            state.disputed = Problem("device_total", state.school, oracle.open_date, fields=fields)
            oracle.problems.append(state.disputed)


def judge_card(oracle, card):
    """R-21, balance_break and negative_balance of a card on which the run accepted something."""
    state = oracle.card_state(card)

    def make_gap(family, first, last):
        fields = {"card_no": card, "counter": str(first), "detail": f"{family}:{first}-{last}"}
        return Problem("counter_gap", "", oracle.open_date, fields=fields)
    renew(oracle, state.gaps, set(state.missing()), make_gap)
    broken = {(*rec.slot, rec.package.name, rec.file, rec.number): rec for rec in state.broken_links()}

    def make_break(*slot):
        rec = broken[slot]
        return Problem("balance_break", rec.package.school, rec.accounting_date, record=rec)
    renew(oracle, state.breaks, broken.keys(), make_break)
    judge_purse(oracle, card)


def judge_purse(oracle, card):
    """negative_balance: the purse is below zero."""
    state = oracle.card_state(card)
    purse = oracle.books.balances[f"2001:{card}"]
    if purse < 0 and not state.overdrawn:
        state.overdrawn = Problem("negative_balance", "", oracle.open_date,
                                  fields={"card_no": card, "amount_fen": str(-purse)})
        oracle.problems.append(state.overdrawn)
    elif purse >= 0 and state.overdrawn:
        state.overdrawn.state, state.overdrawn = "closed", None
