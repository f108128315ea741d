-- The cards that an import grants something, in the order of their entries: card, its school, amount, last day.
COPY (
    SELECT g.card_no, g.school_code, s.amount_fen, s.valid_to
    FROM import_grant AS g JOIN import_subsidy AS s USING (file_no, line_number)
    ORDER BY g.ordinal
) TO STDOUT (FORMAT binary)
