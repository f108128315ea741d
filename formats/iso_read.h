/* iso_read: a message of ISO 20022 as a stream of the elements that are asked for, on formats/xml. A table says which these are,
 * what they hold and how often they may come; all others are passed over. What they mean is the message's question.
 *
 * The table is the tree of the elements from its root on, each before those in it (`depth` 1 is the root). An element is
 * named by its place in the table, so that a message gives its table's places names. */
#ifndef DAYBOOK_FORMATS_ISO_READ_H
#define DAYBOOK_FORMATS_ISO_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { ISO_TEXT_BYTES = 2048, ISO_SPACE_BYTES = 128 };

enum iso_times {
    ISO_ONCE,     /* in each of what it stands in */
    ISO_OPTIONAL, /* at most once */
    ISO_SOME,     /* at least once */
    ISO_MANY,     /* any number of times */
    ISO_FIRST,    /* likewise, and only the first is read */
};

enum iso_kind {
    ISO_GROUP,      /* of elements */
    ISO_CHOICE,     /* exactly one of the elements below it */
    ISO_TEXT,       /* of so many characters; those of one that may come many times are joined by blanks */
    ISO_AMOUNT,     /* yuan with Ccy="CNY" → fen */
    ISO_AMOUNT_ANY, /* likewise; of another currency it is passed over */
    ISO_CURRENCY,   /* CNY */
    ISO_DECIMAL,    /* yuan without Ccy → fen */
    ISO_SIDE,       /* CRDT 1, DBIT 0 */
    ISO_FLAG,       /* true, 1 or false, 0 */
    ISO_NUMBER,     /* up to 18 digits */
    ISO_DAY,
    ISO_MOMENT,
};

struct iso_node {
    const char *name;
    uint8_t depth;
    uint8_t times;      /* enum iso_times */
    uint8_t kind;       /* enum iso_kind */
    uint16_t characters; /* of ISO_TEXT, at most */
};

struct iso_form {
    const char *space; /* namespace that all elements asked for are in */
    const struct iso_node *nodes;
    int node_count;
};

struct iso_read;

/* Each may be NULL. begin: a group begins, what it holds is not known yet; end: it has ended, and has what is due in it. One
 * that returns false with *e filled stops the reading; a message of ERR_INPUT gets file, line and element put in front. */
struct iso_handler {
    bool (*begin)(void *context, struct iso_read *iso, int node, struct err *e);
    bool (*end)(void *context, struct iso_read *iso, int node, struct err *e);
};

struct iso_input {
    const char *file;
    struct str bytes; /* UTF-8 */
    const struct iso_form *form;
    const struct iso_handler *handler;
    void *context;
};

/* ERR_INPUT with `file "X", line N: ELEMENT/ELEMENT: …`, without the root. */
MUST_CHECK bool iso_read(const struct iso_input *input, struct err *e);

/* What an element held that came since the last begin of all that it stands in; "" or the number otherwise wanted where it did
 * not come. The text is valid until the element comes again. */
struct str iso_text(const struct iso_read *iso, int node);
int64_t iso_number(const struct iso_read *iso, int node, int64_t otherwise);
bool iso_has(const struct iso_read *iso, int node); /* also of a group */
/* The first of two elements that came. */
struct str iso_text_of(const struct iso_read *iso, int first, int second);
int64_t iso_line(const struct iso_read *iso); /* where the element begins whose begin or end is told */
/* ERR_INPUT where an element has not come yet that must stand before this one. */
MUST_CHECK bool iso_due(const struct iso_read *iso, int node, struct err *e);

/* The namespace of a text's root, "" where it has none: which message is it? ERR_INPUT where there is no root to read. */
MUST_CHECK bool iso_root_space(const char *file, struct str bytes, char space[ISO_SPACE_BYTES], struct err *e);

#endif
