/* text_log_sample: writes pkg-csv/1 and xf-text/1 lines for tests, from FORMATS.md 3.2 and 3.3 alone. The transaction is the
 * purchase block of FORMATS.md 4, its SM4 TAC. */
#ifndef DAYBOOK_TESTS_TEXT_LOG_SAMPLE_H
#define DAYBOOK_TESTS_TEXT_LOG_SAMPLE_H

#include <stdio.h>

#include "formats/manifest.h"

#define SAMPLE_PKG_HEADING                                                                                              \
    "termno,termseqno,samno,samseqno,cardno,termdate,termtime,amount,paycnt,cardbefbal,lockflag,grayflag,tac,cardtype," \
    "presamno,pretermdate,pretermtime,prepaycnt,preamount,pretranstype"
#define SAMPLE_XF_FILL "FFFFFFFFFFFFFFFFFFFFFFFF"

/* A row of a purchase, every other one with the previous transaction of its card. */
static inline int sample_pkg_row(char *out, size_t size, unsigned sequence)
{
    return snprintf(out, size, "13010042,%u,360486600002,5,382016122100001003,20240301,121530,100,%u,1000,0,0,7EA2823B,cpusm4,%s",
                    sequence, sequence % 65535 + 1,
                    sequence % 2 ? ",,,,," : "360486600002,20240301,074102,7,200,06");
}

static inline int sample_xf_heading(char *out, size_t size, unsigned count)
{
    return snprintf(out, size, "XF01%08u00000158" SAMPLE_XF_FILL, count);
}

static inline int sample_xf_line(char *out, size_t size, unsigned sequence)
{
    return snprintf(out, size, "%08u211301000110001" "13010042" "00382016122100001003" "0102" "20351231" "20200901" "20351231"
                    "%06u" "0000000005" "00001000" "00000100" "20240301121530" "06" "360486600002" "7EA2823B" "00" "000" "FFFFFF",
                    sequence, sequence % 65535 + 1);
}

static inline struct manifest_row sample_text_row(const char *file, const char *format, unsigned count)
{
    return (struct manifest_row){.file = str_of(file),
                                 .format = devlog_format_find(str_of(format)),
                                 .device_no = 13010042,
                                 .records = count,
                                 .amount_fen = 100 * (int64_t)count,
                                 .first_seq = count > 0,
                                 .last_seq = count};
}

#endif
