/* xml_out: a text of XML written element by element into an `out` (UTF-8, one element a line, indented). Which elements is
 * the format's question. */
#ifndef DAYBOOK_FORMATS_XML_OUT_H
#define DAYBOOK_FORMATS_XML_OUT_H

#include <stdint.h>

#include "formats/out.h"

enum { XML_OUT_DEPTH_MAX = 16 };

struct xml_out {
    struct out out;
    const char *open[XML_OUT_DEPTH_MAX]; /* names of the elements that are not closed yet */
    int depth;
};

/* The declaration and the root with its namespace. */
MUST_CHECK bool xml_out_open(struct xml_out *xml, const char *root, const char *space, struct err *e);
/* name must outlive the element. */
MUST_CHECK bool xml_out_begin(struct xml_out *xml, const char *name, struct err *e);
MUST_CHECK bool xml_out_end(struct xml_out *xml, struct err *e);
/* <name>text</name>, escaped. The text is known to be one that XML can hold: xml_out_check. */
MUST_CHECK bool xml_out_text(struct xml_out *xml, const char *name, struct str text, struct err *e);
/* <name Ccy="CNY">123.45</name> of 12345; without attribute where currency is NULL. amount_fen is not negative. */
MUST_CHECK bool xml_out_amount(struct xml_out *xml, const char *name, const char *currency, int64_t amount_fen,
                               struct err *e);
/* Ends what is open and hands on what was collected. */
MUST_CHECK bool xml_out_close(struct xml_out *xml, struct err *e);

/* Is it UTF-8 without control characters and U+FFFE, U+FFFF? ERR_INPUT says what it holds. *characters: how many. */
MUST_CHECK bool xml_out_check(struct str text, size_t *characters, struct err *e);
/* The first so many characters of a good text. */
struct str xml_out_cut(struct str text, size_t characters);

#endif
