/* night: the plan of make_night: who is there, and what a school sells and who walks through its gates on a day.
 *
 * Every day is like the first: the same cards buy the same at the same terminals, only counters, sequences and balances go
 * on. So any day can be written without those before it, and a ledger can be made older by shifting a day's rows. */
#ifndef DAYBOOK_TESTS_BENCH_NIGHT_H
#define DAYBOOK_TESTS_BENCH_NIGHT_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/date.h"
#include "base/str.h"

enum {
    MERCHANTS_A_SCHOOL = 5,
    OPENING_FEN = 4000000, /* enough for years of days that nobody tops up */
    AMOUNT_FEN = 100,      /* of the smallest purchase */
    SPENT_FEN = 550,       /* in the middle; more than any but the last of a day */
    PER_DAY_MAX = 10,      /* purchases of a card that may be followed by another day */
    CARD_CLASS = 1,
    FIRST_DAY = 20514, /* 2026-03-02, day 1 */
    LOST_PLACE = 7     /* of the record that a lossy terminal loses every day */
};
#define FIRST_SCHOOL INT64_C(2137000001)
#define FIRST_DEVICE INT64_C(30000000)
#define FIRST_PSAM INT64_C(370100000000)

enum log_kind { LOG_POS, LOG_XF, LOG_CSV, LOG_ATT, LOG_GATE, LOG_KINDS };

struct night {
    const char *out;
    int64_t schools, packages; /* a school */
    int64_t devices[LOG_KINDS]; /* a package, by kind */
    int64_t purchases, passes;  /* a day, of a terminal with money and of one without */
    int64_t cards;              /* a school */
    int64_t day;                /* that is written, from 1 */
    int64_t faults;             /* 1: some terminals are late, send twice or lose records */
    struct crypto_tac *tac;
};

/* A purchase of the first day. */
struct sale {
    int64_t second;  /* of the day */
    int32_t card;    /* of the school's */
    int32_t counter;
    uint32_t before_fen, amount_fen;
    int32_t former;  /* the card's purchase before it, -1: the last of the day before */
};

struct purse {
    int64_t spent_fen; /* a day */
    int32_t counter;   /* purchases so far */
    int32_t last_sale;
    uint8_t bcd[10]; /* the card's number as in pos-bin/1 */
    uint8_t key[CRYPTO_KEY_BYTES];
};

/* A school at work: purchases in their order, the i-th at terminal i modulo their number. */
struct school {
    const struct night *night;
    int64_t index;
    struct sale *sales;
    struct purse *purses;
};

static int64_t money_devices(const struct night *n) /* a school */
{
    return n->packages * (n->devices[LOG_POS] + n->devices[LOG_XF] + n->devices[LOG_CSV]);
}

static int64_t devices_a_package(const struct night *n)
{
    int64_t count = 0;
    for (int kind = 0; kind < LOG_KINDS; kind++)
        count += n->devices[kind];
    return count;
}

static int64_t sales_a_day(const struct night *n) /* a school */
{
    return money_devices(n) * n->purchases;
}

/* A terminal: its number counts through all schools, packages and kinds. */
struct device {
    int64_t number; /* from 0 */
    int64_t school;
    int64_t money_place; /* among its school's terminals with money; meaningless for others */
    enum log_kind kind;
};

static struct device device_at(const struct night *n, int64_t school, int64_t package, int64_t place)
{
    struct device device = {.number = (school * n->packages + package) * devices_a_package(n) + place, .school = school};
    int64_t money = money_devices(n) / n->packages, before = 0;
    while (place >= before + n->devices[device.kind])
        before += n->devices[device.kind++];
    device.money_place = package * money + place;
    return device;
}

static const char *format_of(enum log_kind kind)
{
    static const char *const names[] = {"pos-bin/1", "xf-text/1", "pkg-csv/1", "att-csv/1", "gate-xml/1"};
    return names[kind];
}

static int64_t merchant_of(const struct device *device)
{
    return (FIRST_SCHOOL + device->school) * 100000 + device->number % MERCHANTS_A_SCHOOL + 1;
}

static int64_t card_number(int64_t serial)
{
    int64_t number = (INT64_C(37010201) * 1000000000 + serial) * 10;
    while (!str_card_is_valid(number))
        number++;
    return number;
}

static void put_number(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--, value >>= 8)
        at[i] = (uint8_t)value;
}

static void put_bcd(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--, value /= 100)
        at[i] = (uint8_t)(value / 10 % 10 << 4 | value % 10);
}

/* From half past six to half past seven in the evening. Terminals take turns, and so do cards: a card's purchases are
 * about as far apart as there are cards, at another terminal each time. */
static bool school_open(struct school *s, int64_t index, struct err *e)
{
    const int64_t opens_s = 6 * 3600 + 1800, open_s = 13 * 3600, all = sales_a_day(s->night), cards = s->night->cards;
    const int64_t per_day = all % cards == 0 ? all / cards : 0;
    s->index = index;
    for (int64_t c = 0; c < cards; c++) {
        s->purses[c] = (struct purse){.last_sale = -1};
        put_bcd(s->purses[c].bcd, (uint64_t)card_number(index * cards + c), 10);
        /* The factor of the key is the last 16 digits. */
        if (!crypto_tac_card_key(s->night->tac, CRYPTO_3DES, 1, s->purses[c].bcd + 2, s->purses[c].key, e))
            return false;
    }
    for (int64_t i = 0; i < all; i++) {
        struct sale *sale = &s->sales[i];
        sale->card = (int32_t)((i + i / cards * 3) % cards);
        struct purse *purse = &s->purses[sale->card];
        sale->second = opens_s + i * open_s / all;
        sale->before_fen = OPENING_FEN - (uint32_t)purse->spent_fen;
        sale->counter = ++purse->counter;
        sale->amount_fen = AMOUNT_FEN + (uint32_t)((sale->second * 37 + index + i) % (SPENT_FEN - AMOUNT_FEN));
        if (sale->counter == per_day) /* every card spends the same a day, so that any day is the first one shifted */
            sale->amount_fen = (uint32_t)(SPENT_FEN * per_day - purse->spent_fen);
        sale->former = purse->last_sale;
        purse->last_sale = (int32_t)i;
        purse->spent_fen += sale->amount_fen;
    }
    return true;
}

/* A sale as it is on a day. */
static struct sale sale_on(const struct school *s, int64_t place, int64_t day)
{
    struct sale sale = s->sales[place];
    const struct purse *purse = &s->purses[sale.card];
    sale.counter += (int32_t)(day - 1) * purse->counter;
    sale.before_fen -= (uint32_t)((day - 1) * purse->spent_fen);
    return sale;
}

/* The days of which a terminal's log holds records in the night of a day: most bring that day, some come a day or three
 * late, some bring the day before once more. */
static int days_of(const struct night *n, const struct device *device, int64_t days[2])
{
    int64_t late = !n->faults ? 0 : device->number % 50 == 1 ? 1 : device->number % 200 == 2 ? 3 : 0;
    bool sends_again = n->faults && device->number % 33 == 4;
    int count = 0;
    if (sends_again && n->day - late - 1 >= 1)
        days[count++] = n->day - late - 1;
    if (n->day - late >= 1)
        days[count++] = n->day - late;
    return count;
}

static bool loses(const struct night *n, const struct device *device, int64_t place)
{
    return n->faults && device->number % 40 == 5 && place == LOST_PLACE;
}

#endif
