-- The transfers of the entries in pg_temp.run_mirrored, leaf by leaf (P-05).
DO $$
DECLARE
    leaf record;
BEGIN
    ANALYZE pg_temp.run_mirrored;
    CREATE TEMPORARY TABLE run_leg ON COMMIT DROP AS
    SELECT t.transfer_id, t.school_code, t.merchant_no, t.debit_account, t.credit_account, t.amount_fen
      FROM ledger.transfer AS t WHERE false;
    FOR leaf IN SELECT DISTINCT accounting_date, entry_id >> 28 AS run_id FROM pg_temp.run_mirrored ORDER BY 1, 2 LOOP
        EXECUTE format(
            'INSERT INTO pg_temp.run_leg
             SELECT t.transfer_id, t.school_code, t.merchant_no, t.debit_account, t.credit_account, t.amount_fen
               FROM pg_temp.run_mirrored AS m
               JOIN ledger.transfer AS t ON t.transfer_id IN (m.entry_id << 12, (m.entry_id << 12) + 1)
              WHERE m.accounting_date = %L AND m.entry_id >> 28 = %s AND t.accounting_date = %L
                AND t.transfer_id >= %s AND t.transfer_id < %s',
            leaf.accounting_date, leaf.run_id, leaf.accounting_date, leaf.run_id << 40, (leaf.run_id + 1) << 40);
    END LOOP;
END
$$
