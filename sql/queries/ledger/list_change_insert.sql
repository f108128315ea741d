-- Adds the changes of a version. $1 bigint: version
INSERT INTO ledger.blacklist_change (class, card_no, version, is_removed)
SELECT class, card_no, $1::bigint, is_removed FROM pg_temp.list_change
