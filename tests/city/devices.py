"""What the data centre remembers of devices: sequences seen (R-02, R-03, R-20) and what they say of themselves (R-23)."""
import collections
import datetime

from cards import ranges_missing

WORTH_DAYS = 30


class DeviceState:
    """The state of one device: records seen by epoch and sequence, its sales by day, its status rows.

    school is that of the package which brought its last record or status row, records_school its last record.
    """

    def __init__(self, device):
        self.device = device
        self.seen = collections.defaultdict(dict)
        self.conflicts = set()
        self.contents = collections.defaultdict(list)  # by epoch and sequence: the record seen and those in conflict with it
        self.sales = collections.defaultdict(lambda: (0, 0))
        self.statuses = []
        self.gaps = {}
        self.disputed = self.settled = None
        self.school = self.records_school = ""

    def judge_seen(self, rec, first_seq):
        """R-02 duplicate, R-03 conflict, or empty for a record that is new, which is seen from now on."""
        if rec.epoch == 0 and rec.seq < first_seq:
            return "duplicate"
        before = self.seen[rec.epoch].get(rec.seq)
        if before is None:
            self.seen[rec.epoch][rec.seq] = rec
            self.contents[rec.epoch, rec.seq].append(rec)
            return ""
        if before.content == rec.content or (rec.slot, rec.content) in self.conflicts:
            return "duplicate"
        self.conflicts.add((rec.slot, rec.content))
        self.contents[rec.epoch, rec.seq].append(rec)
        return "conflict"

    def add_sale(self, rec):
        count, fen = self.sales[rec.day]
        self.sales[rec.day] = count + 1, fen + rec.amount

    def worth(self, missing, date):
        """R-20: what a gap of so many sequences is worth, by the accepted purchases of 30 days up to the date."""
        days = [self.sales[date - datetime.timedelta(days=back)] for back in range(WORTH_DAYS)]
        count, fen = sum(day[0] for day in days), sum(day[1] for day in days)
        return fen * missing // count if count else 0

    def missing(self, first_seq):
        """R-20: (epoch, first, last) of sequences not seen."""
        for epoch, seen in sorted(self.seen.items()):
            low = first_seq if epoch == 0 else 1
            yield from ((epoch, *span) for span in ranges_missing(seen, low, max(seen, default=0)))

    #

    @property
    def newest_status(self):
        """The newest row by its own time, of equal ones the last to arrive."""
        return max(enumerate(self.statuses), key=lambda slot: (slot[1].at, slot[0]))[1] if self.statuses else None

    def leave_disputed(self):
        """Two people have closed its device_total: what it says now is not disputed any more."""
        self.disputed, self.settled = None, self.newest_status

    def total_holds(self, first_seq):
        """R-23: (whether the newest status row agrees with what was seen, difference of the amounts or None)."""
        status = self.newest_status
        epoch = max((epoch for epoch, seen in self.seen.items() if seen), default=0)
        seen = [rec for seq, rec in self.seen[epoch].items() if seq <= status.last_seq]
        below = min(first_seq - 1, status.last_seq) if epoch == 0 else 0
        behind = status.total_count - len(seen) - below
        if behind != 0:
            return 0 <= behind <= status.uncollected, None
        if epoch == 0 and first_seq > 1:
            return True, None
        difference = abs(status.total_amount_fen - sum(rec.amount for rec in seen))
        return difference == 0, difference or None
