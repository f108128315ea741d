-- What a card has had in advance (RULES.md P-07) and not paid back, and by how much 1122 holds more than the advances of all
-- cards. $1 bigint: card, null: none
SELECT coalesce((SELECT c.advance_fen FROM ledger.card_claim AS c WHERE c.card_no = $1::bigint), 0),
       (coalesce((SELECT sum(d.debit_fen - d.credit_fen) FROM ledger.account_delta AS d
                   WHERE d.account LIKE '1122:%'), 0) -
        coalesce((SELECT sum(c.advance_fen) FROM ledger.card_claim AS c), 0))::bigint
