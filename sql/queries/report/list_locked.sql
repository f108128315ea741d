-- How many cards the terminals locked because their lists name them, by the records that the runs of a date accepted
-- (RULES.md R-24). $1 date: the accounting date
SELECT count(DISTINCT card_no) FROM ledger.identity WHERE judged_on = $1::date AND kind = 6 AND verdict = 10
