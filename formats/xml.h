/* xml: a text of XML as a stream of elements (libxml2). Nothing is built and nothing is kept: elements are told where they
 * begin and end, text in between as it comes. What they mean is the format's question.
 *
 * The text is UTF-8, with or without BOM. A document type is refused, and with it every entity but XML's own five;
 * nothing is ever fetched. Places are lines and columns from 1. */
#ifndef DAYBOOK_FORMATS_XML_H
#define DAYBOOK_FORMATS_XML_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct xml_limits {
    int depth;         /* of nested elements, the root is 1; at most 256 */
    size_t tag_bytes;  /* of one start tag up to its ">" or "/>" */
    size_t text_bytes; /* of the text between two tags, from its first letter on: blank text is not limited */
};
extern const struct xml_limits xml_default_limits; /* FORMATS.md 0: 64, and as in csv.h 8 KiB and 2 KiB */

struct xml_attribute {
    const char *name;  /* without prefix */
    const char *space; /* namespace, "" = none */
    struct str value;  /* references and line ends are resolved */
};

/* Valid while the handler is called. */
struct xml_element {
    const char *name;  /* without prefix */
    const char *space; /* namespace, "" = none */
    int depth;
    bool names_spaces; /* it declares namespaces */
    const struct xml_attribute *attributes; /* no name comes twice */
    size_t attribute_count;
    int64_t line;  /* where the tag ends */
    uint64_t byte; /* of the text: where it begins; told of its end: the first byte behind it */
};

/* Each may be NULL. One that returns false with *e filled stops the reading; a message of ERR_INPUT then gets file and line
 * put in front: where the start tag begins, the end tag ends, the first letter of a text stands. */
struct xml_handler {
    bool (*start)(void *context, const struct xml_element *element, struct err *e);
    bool (*end)(void *context, const struct xml_element *element, struct err *e); /* without attributes */
    bool (*text)(void *context, struct str text, struct err *e); /* in pieces, blank ones too */
};

struct xml_input {
    const char *file; /* for messages */
    const struct xml_limits *limits; /* NULL = the defaults */
    const struct xml_handler *handler;
    void *context;
};

/* Begins to read; what input points to must outlive *xml. */
struct xml;
MUST_CHECK bool xml_open(struct xml **xml, const struct xml_input *input, struct err *e);
void xml_close(struct xml *xml); /* takes NULL */

/* Takes the next piece of the text and tells of what ends in it. ERR_INPUT with `file "X", line N, column C: …` where the
 * text is not well-formed, or is over a limit; reading does not go on after that. */
MUST_CHECK bool xml_feed(struct xml *xml, struct str piece, struct err *e);
/* The text has ended: is it whole? */
MUST_CHECK bool xml_end(struct xml *xml, struct err *e);

/* A whole text at once. */
MUST_CHECK bool xml_read(const struct xml_input *input, struct str text, struct err *e);

#endif
