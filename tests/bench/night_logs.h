/* night_logs: the log of a terminal in each format (FORMATS.md 3), written by FORMATS alone: only the ciphers are shared
 * with what is measured. */
#ifndef DAYBOOK_TESTS_BENCH_NIGHT_LOGS_H
#define DAYBOOK_TESTS_BENCH_NIGHT_LOGS_H

#include "tests/bench/night.h"

enum { POS_BYTES = 64, TAC_BLOCK_BYTES = 22 };

/* A log as it grows, and what the manifest says of it. */
struct log_file {
    struct buf bytes;
    int64_t records, first_seq, last_seq;
    uint64_t amount_fen;
};

static void count_record(struct log_file *log, int64_t sequence, uint32_t amount_fen)
{
    log->records++;
    log->first_seq = log->first_seq == 0 || sequence < log->first_seq ? sequence : log->first_seq;
    log->last_seq = sequence > log->last_seq ? sequence : log->last_seq;
    log->amount_fen += amount_fen;
}

static int64_t digits_of_day(int64_t day) /* YYYYMMDD */
{
    int year = 0, month = 0, day_of_month = 0;
    date_to_civil((int32_t)(FIRST_DAY + day - 1), &year, &month, &day_of_month);
    return year * 10000 + month * 100 + day_of_month;
}

static int64_t digits_of_second(int64_t second) /* hhmmss */
{
    return second / 3600 * 10000 + second / 60 % 60 * 100 + second % 60;
}

/* A record of a terminal with money on a day. */
struct sold {
    struct sale sale;
    int64_t day, sequence;
};

static struct sold sold_at(const struct school *s, const struct device *device, int64_t place, int64_t day)
{
    int64_t sale = place * money_devices(s->night) + device->money_place;
    return (struct sold){sale_on(s, sale, day), day, (day - 1) * s->night->purchases + place + 1};
}

/* FORMATS.md 4: amount 4, type 1, psam_no 6, PSAM sequence 4, date 4, time 3. The PSAM counts with the terminal. */
static bool tac_of(const struct school *s, const struct device *device, const struct sold *sold,
                   uint8_t tac[CRYPTO_TAC_BYTES], struct err *e)
{
    uint8_t block[TAC_BLOCK_BYTES];
    put_number(block, sold->sale.amount_fen, 4);
    block[4] = 0x06;
    put_bcd(block + 5, (uint64_t)(FIRST_PSAM + device->number), 6);
    put_number(block + 11, (uint64_t)sold->sequence, 4);
    put_bcd(block + 15, (uint64_t)digits_of_day(sold->day), 4);
    put_bcd(block + 19, (uint64_t)digits_of_second(sold->sale.second), 3);
    return crypto_tac_compute(s->night->tac, CRYPTO_3DES, s->purses[sold->sale.card].key, block, sizeof block, tac, e);
}

static bool add_pos(const struct school *s, const struct device *device, const struct sold *sold, struct log_file *log,
                    struct err *e)
{
    uint8_t at[POS_BYTES] = {0x06};
    put_number(at + 2, (uint64_t)sold->sequence, 4);
    memcpy(at + 6, s->purses[sold->sale.card].bcd, 10);
    put_number(at + 16, (uint64_t)sold->sale.counter, 2);
    put_number(at + 18, sold->sale.before_fen, 4);
    put_number(at + 22, sold->sale.amount_fen, 4);
    put_number(at + 26, sold->sale.before_fen - sold->sale.amount_fen, 4);
    put_number(at + 30, (uint64_t)sold->sequence, 4);
    put_bcd(at + 34, (uint64_t)digits_of_day(sold->day), 4);
    put_bcd(at + 38, (uint64_t)digits_of_second(sold->sale.second), 3);
    at[41] = CRYPTO_3DES << 4 | 1;
    put_number(at + 50, 1, 2);
    if (!tac_of(s, device, sold, at + 42, e))
        return false;
    put_number(at + 60, crypto_crc32(at, 60), 4);
    buf_add(&log->bytes, (const char *)at, sizeof at);
    return true;
}

static bool add_xf(const struct school *s, const struct device *device, const struct sold *sold, struct log_file *log,
                   struct err *e)
{
    uint8_t tac[CRYPTO_TAC_BYTES];
    if (!tac_of(s, device, sold, tac, e))
        return false;
    buf_printf(&log->bytes,
               "%08" PRId64 "%015" PRId64 "%08" PRId64 "00%018" PRId64 "0102203512312020090120351231%06d%010" PRId64
               "%08u%08u%08" PRId64 "%06" PRId64 "06%012" PRId64 "%02X%02X%02X%02X00000FFFFFF\n",
               sold->sequence, merchant_of(device), FIRST_DEVICE + device->number,
               card_number(s->index * s->night->cards + sold->sale.card), sold->sale.counter, sold->sequence,
               sold->sale.before_fen, sold->sale.amount_fen, digits_of_day(sold->day), digits_of_second(sold->sale.second),
               FIRST_PSAM + device->number, tac[0], tac[1], tac[2], tac[3]);
    return true;
}

/* What the card did before, as the row repeats it; nothing on the very first time. */
static void add_former(const struct school *s, const struct sold *sold, struct log_file *log)
{
    const struct night *n = s->night;
    const struct purse *purse = &s->purses[sold->sale.card];
    int64_t place = sold->sale.former >= 0 ? sold->sale.former : purse->last_sale;
    int64_t day = sold->sale.former >= 0 ? sold->day : sold->day - 1;
    if (day < 1) {
        buf_add_text(&log->bytes, ",,,,,\n");
        return;
    }
    int64_t money = money_devices(n), a_package = money / n->packages, at = place % money;
    struct device device = device_at(n, s->index, at / a_package, at % a_package);
    struct sale former = sale_on(s, place, day);
    buf_printf(&log->bytes, "%012" PRId64 ",%08" PRId64 ",%06" PRId64 ",%d,%u,06\n", FIRST_PSAM + device.number,
               digits_of_day(day), digits_of_second(former.second), former.counter, former.amount_fen);
}

static bool add_csv(const struct school *s, const struct device *device, const struct sold *sold, struct log_file *log,
                    struct err *e)
{
    uint8_t tac[CRYPTO_TAC_BYTES];
    if (!tac_of(s, device, sold, tac, e))
        return false;
    buf_printf(&log->bytes,
               "%08" PRId64 ",%" PRId64 ",%012" PRId64 ",%" PRId64 ",%018" PRId64 ",%08" PRId64 ",%06" PRId64
               ",%u,%d,%u,0,0,%02X%02X%02X%02X,cpu3des,",
               FIRST_DEVICE + device->number, sold->sequence, FIRST_PSAM + device->number, sold->sequence,
               card_number(s->index * s->night->cards + sold->sale.card), digits_of_day(sold->day),
               digits_of_second(sold->sale.second), sold->sale.amount_fen, sold->sale.counter, sold->sale.before_fen, tac[0],
               tac[1], tac[2], tac[3]);
    add_former(s, sold, log);
    return true;
}

static bool add_money_day(const struct school *s, const struct device *device, int64_t day, struct log_file *log,
                          struct err *e)
{
    static bool (*const add[])(const struct school *, const struct device *, const struct sold *, struct log_file *,
                               struct err *) = {[LOG_POS] = add_pos, [LOG_XF] = add_xf, [LOG_CSV] = add_csv};
    for (int64_t place = 0; place < s->night->purchases; place++) {
        struct sold sold = sold_at(s, device, place, day);
        if (loses(s->night, device, place))
            continue;
        if (!add[device->kind](s, device, &sold, log, e))
            return false;
        count_record(log, sold.sequence, sold.sale.amount_fen);
    }
    return true;
}

/* From seven in the morning on, a card every few seconds, in and out in turn. */
static void add_identity_day(const struct school *s, const struct device *device, int64_t day, struct log_file *log)
{
    const struct night *n = s->night;
    int64_t digits = digits_of_day(day);
    for (int64_t place = 0; place < n->passes; place++) {
        int64_t sequence = (day - 1) * n->passes + place + 1, second = 7 * 3600 + place * 43200 / n->passes;
        int64_t card_no = card_number(s->index * n->cards + (place * 7 + device->number) % n->cards);
        int year = (int)(digits / 10000), month = (int)(digits / 100 % 100), day_of_month = (int)(digits % 100);
        int hour = (int)(second / 3600), minute = (int)(second / 60 % 60), of_minute = (int)(second % 60);
        if (loses(n, device, place))
            continue;
        if (device->kind == LOG_ATT)
            buf_printf(&log->bytes,
                       "%08" PRId64 ",%" PRId64 ",%018" PRId64 ",%04d-%02d-%02d %02d:%02d:%02d,%s,card,ok\n",
                       FIRST_DEVICE + device->number, sequence, card_no, year, month, day_of_month, hour, minute, of_minute,
                       place % 2 == 0 ? "I" : "O");
        else
            buf_printf(&log->bytes,
                       "<event seq=\"%" PRId64 "\" card=\"%018" PRId64
                       "\" at=\"%04d-%02d-%02dT%02d:%02d:%02d+08:00\" kind=\"gate\" dir=\"%s\" result=\"granted\" stop=\"\"/>\n",
                       sequence, card_no, year, month, day_of_month, hour, minute, of_minute, place % 2 == 0 ? "in" : "out");
        count_record(log, sequence, 0);
    }
}

static void begin_log(const struct school *s, const struct device *device, struct log_file *log)
{
    char head[POS_BYTES] = "";
    switch (device->kind) {
    case LOG_POS: /* filled by end_log */
    case LOG_XF:
        buf_add(&log->bytes, head, device->kind == LOG_POS ? POS_BYTES : 45);
        break;
    case LOG_CSV:
        buf_add_text(&log->bytes, "termno,termseqno,samno,samseqno,cardno,termdate,termtime,amount,paycnt,cardbefbal,"
                                  "lockflag,grayflag,tac,cardtype,presamno,pretermdate,pretermtime,prepaycnt,preamount,"
                                  "pretranstype\n");
        break;
    case LOG_ATT:
        buf_add_text(&log->bytes, "device_no,seq,card_no,at,direction,method,result\n");
        break;
    default:
        buf_printf(&log->bytes, "<gateLog device=\"%08" PRId64 "\" school=\"%010" PRId64 "\" created=\"2026-03-02T21:00:00"
                                "+08:00\">\n",
                   FIRST_DEVICE + device->number, FIRST_SCHOOL + s->index);
    }
}

static void put_pos_header(const struct school *s, const struct device *device, const struct log_file *log, uint8_t *at)
{
    memcpy(at, "DBP1", 4);
    put_number(at + 4, POS_BYTES, 2);
    put_bcd(at + 8, (uint64_t)(FIRST_DEVICE + device->number), 4);
    put_bcd(at + 12, (uint64_t)(FIRST_PSAM + device->number), 6);
    put_bcd(at + 18, (uint64_t)(FIRST_SCHOOL + s->index), 5);
    put_number(at + 24, (uint64_t)log->records, 4);
    put_number(at + 28, log->amount_fen, 8);
    put_number(at + 36, (uint64_t)log->first_seq, 4);
    put_number(at + 40, (uint64_t)log->last_seq, 4);
    put_bcd(at + 44, (uint64_t)(digits_of_day(s->night->day) * 1000000 + 210000), 7);
    put_number(at + 60, crypto_crc32(at, 60), 4);
}

static void end_log(const struct school *s, const struct device *device, struct log_file *log)
{
    char head[64];
    if (device->kind == LOG_GATE)
        buf_add_text(&log->bytes, "</gateLog>\n");
    if (log->bytes.failed || device->kind > LOG_XF)
        return;
    if (device->kind == LOG_POS) {
        put_pos_header(s, device, log, (uint8_t *)log->bytes.data);
        return;
    }
    (void)snprintf(head, sizeof head, "XF01%08" PRId64 "00000158FFFFFFFFFFFFFFFFFFFFFFFF\n", log->records);
    memcpy(log->bytes.data, head, strlen(head));
}

static bool write_log(const struct school *s, const struct device *device, struct log_file *log, struct err *e)
{
    int64_t days[2];
    int count = days_of(s->night, device, days);
    buf_reset(&log->bytes);
    *log = (struct log_file){.bytes = log->bytes};
    begin_log(s, device, log);
    for (int i = 0; i < count; i++) {
        if (device->kind >= LOG_ATT)
            add_identity_day(s, device, days[i], log);
        else if (!add_money_day(s, device, days[i], log, e))
            return false;
    }
    end_log(s, device, log);
    return buf_ok(&log->bytes, e);
}

#endif
