-- Open exceptions by kind.
SELECT v.name, count(*), coalesce(sum(x.amount_fen), 0)::bigint, min(x.accounting_date)::text
FROM ledger.exception AS x JOIN ledger.verdict AS v USING (verdict)
WHERE NOT EXISTS (SELECT FROM ledger.exception_closing AS c WHERE c.exception_id = x.exception_id)
GROUP BY v.verdict, v.name ORDER BY v.verdict
