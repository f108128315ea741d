-- A version on its way: the cards that it could name, those with most at risk first; its names and its changes, class by
-- class.
CREATE TEMPORARY TABLE list_card (card_no bigint NOT NULL, risk_fen bigint NOT NULL, place bigint NOT NULL)
    ON COMMIT DROP;
CREATE TEMPORARY TABLE list_name (class text NOT NULL, card_no bigint NOT NULL, PRIMARY KEY (class, card_no))
    ON COMMIT DROP;
CREATE TEMPORARY TABLE list_change (class text NOT NULL, card_no bigint NOT NULL, is_removed boolean NOT NULL,
    PRIMARY KEY (class, card_no)) ON COMMIT DROP
