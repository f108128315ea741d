/* loss: what is known of a card at a moment, by its loss reports and opening status, and which list names it (RULES.md 1,
 * loss report, and 4). */
#ifndef DAYBOOK_LEDGER_LOSS_H
#define DAYBOOK_LEDGER_LOSS_H

#include "ledger/state.h"

struct loss_standing {
    bool is_lost;   /* reported, and not found again by then */
    bool is_closed;
    int64_t lost_at;  /* effective time of the report; an opening status counts as before everything */
    int32_t known_on; /* open date of the run that took the report in */
};
struct loss_standing loss_standing_at(const struct state *state, const struct card *card, int64_t moment);

/* Whether a list version (YYYYMMDD, 0 = none) is the first that named the card since the report, or a later one. */
bool loss_list_reached(const struct state *state, const struct card *card, const struct loss_standing *standing,
                       uint32_t list_version);

#endif
