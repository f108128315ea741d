"""What the played cities held of each matter, so that nothing is thought tested that hardly ever happens."""
import collections

SQL = """
SELECT 'logs of ' || format || CASE WHEN reason IS NULL THEN '' ELSE ', refused' END, count(*)
  FROM ops.archive_file GROUP BY 1
UNION ALL SELECT 'records of ' || format, sum(records) FROM ops.archive_file GROUP BY 1
UNION ALL SELECT concat_ws(' ', 'package', state, reason), count(*) FROM api.archive GROUP BY 1
UNION ALL SELECT concat_ws(' ', 'exception', verdict, state), count(*) FROM api.exception GROUP BY 1
UNION ALL SELECT concat_ws(' ', 'decision', outcome, regexp_replace(reason, 'proposal [0-9]+', 'proposal')), count(*)
            FROM ledger.decision GROUP BY 1
UNION ALL SELECT 'decision of a later run', count(*) FROM ledger.decision WHERE run_id <> record_id >> 28
UNION ALL SELECT 'reversal of an earlier run''s purchase', count(*)
            FROM ledger.reversal WHERE purchase_id >> 28 <> reversal_id >> 28
UNION ALL SELECT 'carried transactions', count(*) FROM ledger.carried
UNION ALL SELECT 'accepted on a later date than their own day', count(*) FROM ledger.record WHERE verdict = 10 AND flags & 256 <> 0
UNION ALL SELECT 'transfer ' || kind, count(*) FROM api.transfer GROUP BY 1
UNION ALL SELECT concat_ws(' ', 'loss row', kind), count(*) FROM ref.loss GROUP BY 1
UNION ALL SELECT 'cards imported after the first night', count(*)
            FROM ref.card AS c JOIN ledger.run AS r ON r.run_id = c.known_run
           WHERE r.accounting_date > (SELECT min(accounting_date) FROM ledger.run)
             AND NOT EXISTS (SELECT FROM ref.card AS o WHERE o.card_no = c.card_no AND o.known_run < c.known_run)
UNION ALL SELECT 'status rows', count(*) FROM ledger.device_status
UNION ALL SELECT 'names put on lists', count(*) FROM ledger.blacklist_change WHERE NOT is_removed
UNION ALL SELECT concat_ws(' ', 'proposal', p.outcome, coalesce(a.answer, 'unanswered')), count(*)
            FROM ledger.proposal AS p LEFT JOIN ledger.answer AS a USING (proposal_id) GROUP BY 1
"""


class Coverage:
    """Counts by matter over all cities, and in how many cities each was met."""

    def __init__(self):
        self.counts, self.cities = collections.Counter(), collections.Counter()

    def add(self, stage):
        """Counts what the database of a life holds at its end."""
        for matter, count in stage.rows(SQL):
            self.counts[matter] += int(count)
            self.cities[matter] += int(count) > 0

    def update(self, other):
        self.counts.update(other.counts)
        self.cities.update(other.cities)

    def lines(self):
        yield f"{'count':>9}  {'cities':>6}  what"
        for matter in sorted(self.counts):
            yield f"{self.counts[matter]:>9,}  {self.cities[matter]:>6}  {matter}"
