-- Leaves of records judged before a day that hold some of a moment or later: those of backlogs, and those in which some
-- cards have records from the future. $1 date, $2 bigint seconds, $3 bigint[] cards
SELECT run_id, judged_on FROM ledger.record_span WHERE judged_on < $1::date AND last_at >= to_timestamp($2::bigint)
 UNION
SELECT run_id, judged_on FROM ledger.record_astray
 WHERE judged_on < $1::date AND card_no = ANY ($3::bigint[]) AND last_at >= to_timestamp($2::bigint)
 ORDER BY run_id
