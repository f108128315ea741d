/* tac: the terminals' transaction authentication code of a decoded record (FORMATS.md 4): its block and its
 * check. Which chip a card has and whether a TAC is due is the judge's question (RULES.md R-04). */
#ifndef DAYBOOK_FORMATS_TAC_H
#define DAYBOOK_FORMATS_TAC_H

#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "base/record.h"

enum { TAC_BLOCK_BYTES = 24, TAC_PSAM_BYTES = 6, TAC_FACTOR_BYTES = 8 };

/* The cipher and key version (0 to 15, the slot of crypto_tac_load) that the record's key byte names; false
 * when it names none (m1 chip). For records that are not malformed. */
bool tac_key_of(const struct record *record, enum crypto_cipher *cipher, int *slot);

/* The block that the TAC is made of: 22 bytes for kinds 06 and 09, 24 for 02 and DB, which both use type 02;
 * 0 for a reversal, which has none. Not padded. */
size_t tac_build_block(const struct record *record, uint8_t block[TAC_BLOCK_BYTES]);

/* The factor of a card's key: the last 16 digits of its number as BCD. */
void tac_card_factor(int64_t card_no, uint8_t factor[TAC_FACTOR_BYTES]);

/* Compares the record's TAC with the one that the key it names gives for its card, and fills tac_state: TAC_GOOD,
 * TAC_DIFFERS, TAC_ABSENT where the record names an m1 chip, or TAC_UNCHECKED where nothing can be compared: a
 * malformed record, a reversal, a gray record with TAC 00000000. That the key is loaded (crypto_tac_has) is
 * asked before, for all records of a package, because one that is not makes the package wait whole
 * (FORMATS.md 2); here it stops the process.
 * A format that names no key (RECORD_KEY_UNNAMED) leaves it to the judge, who knows the card: tac_matches gets the bit of
 * every loaded key that gives the TAC, whatever chip is named; tac_state is TAC_UNCHECKED, or TAC_ABSENT where TAC 00000000
 * is right under none. Wipes card keys. */
MUST_CHECK bool tac_check(struct crypto_tac *tac, struct record *record, struct err *e);

#endif
