#include "ledger/loss.h"

struct loss_standing loss_standing_at(const struct state *state, const struct card *card, int64_t moment)
{
    struct loss_standing s = {.lost_at = INT64_MIN};
    if (!card->on_file)
        return s;
    s.is_lost = card->status == CARD_LOST;
    s.is_closed = card->status == CARD_CLOSED;
    s.known_on = card->known_on;
    for (uint32_t i = 0; i < card->loss_count; i++) {
        const struct loss *loss = &state->losses[card->first_loss + i];
        if (loss->effective_at > moment)
            break;
        if (loss->kind == LOSS_LOST) { /* the last report counts, RULES.md 4 */
            s.is_lost = true;
            s.lost_at = loss->effective_at;
            s.known_on = loss->known_on;
        } else if (loss->kind == LOSS_FOUND) {
            s.is_lost = false;
        } else if (loss->kind == LOSS_CLOSED) {
            s.is_closed = true;
        }
    }
    return s;
}

/* Whether the list of a day names the card: lost or bad at its end, by the reports known then. */
static bool is_named(const struct state *state, const struct card *card, int32_t day)
{
    bool is_lost = card->status == CARD_LOST && card->known_on <= day, is_bad = false;
    int64_t day_end = date_moment(day + 1, 0, 0, 0);
    for (uint32_t i = 0; i < card->loss_count; i++) {
        const struct loss *loss = &state->losses[card->first_loss + i];
        if (loss->known_on > day || loss->effective_at >= day_end)
            continue;
        if (loss->kind == LOSS_LOST)
            is_lost = true;
        else if (loss->kind == LOSS_BAD)
            is_bad = true;
        else if (loss->kind == LOSS_FOUND)
            is_lost = is_bad = false;
    }
    return is_lost || is_bad;
}

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static uint32_t version_of(int32_t day)
{
    int year = 0, month = 0, day_of_month = 0;
    date_to_civil(day, &year, &month, &day_of_month);
    return (uint32_t)(year * 10000 + month * 100 + day_of_month);
}

/* A list changes only on days on which a report takes effect or becomes known. */
bool loss_list_reached(const struct state *state, const struct card *card, const struct loss_standing *standing,
                       uint32_t list_version)
{
    int32_t first = standing->known_on;
    if (standing->lost_at != INT64_MIN)
        first = later(first, date_day_of(standing->lost_at));
    if (version_of(first) <= list_version && is_named(state, card, first))
        return true;
    for (uint32_t i = 0; i < card->loss_count; i++) {
        const struct loss *loss = &state->losses[card->first_loss + i];
        int32_t day = later(later(date_day_of(loss->effective_at), loss->known_on), first);
        if (version_of(day) <= list_version && is_named(state, card, day))
            return true;
    }
    return false;
}
