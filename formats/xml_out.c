#include "formats/xml_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { INDENT = 2, TAG_BYTES = 256 };

static const char blanks[XML_OUT_DEPTH_MAX * INDENT + 1] = "                                ";

/* "\n" and the blanks before an element of this depth. */
static bool begin_line(struct xml_out *xml, struct err *e)
{
    return out_add_text(&xml->out, "\n", e) &&
           out_add(&xml->out, (struct str){blanks, (size_t)(xml->depth * INDENT)}, e);
}

static void push(struct xml_out *xml, const char *name)
{
    ALWAYS(xml->depth < XML_OUT_DEPTH_MAX);
    xml->open[xml->depth++] = name;
}

bool xml_out_open(struct xml_out *xml, const char *root, const char *space, struct err *e)
{
    char head[TAG_BYTES];
    int length = snprintf(head, sizeof head, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s xmlns=\"%s\">", root, space);
    ALWAYS(length > 0 && length < TAG_BYTES);
    xml->depth = 0;
    push(xml, root);
    return out_add_text(&xml->out, head, e);
}

bool xml_out_begin(struct xml_out *xml, const char *name, struct err *e)
{
    bool done = begin_line(xml, e) && out_add_text(&xml->out, "<", e) && out_add_text(&xml->out, name, e) &&
                out_add_text(&xml->out, ">", e);
    push(xml, name);
    return done;
}

static bool end_tag(struct xml_out *xml, const char *name, struct err *e)
{
    return out_add_text(&xml->out, "</", e) && out_add_text(&xml->out, name, e) && out_add_text(&xml->out, ">", e);
}

bool xml_out_end(struct xml_out *xml, struct err *e)
{
    ALWAYS(xml->depth > 0);
    xml->depth--;
    return begin_line(xml, e) && end_tag(xml, xml->open[xml->depth], e);
}

static const char *escaped(char c)
{
    return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : NULL;
}

static bool add_escaped(struct xml_out *xml, struct str text, struct err *e)
{
    size_t from = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char *instead = escaped(text.data[i]);
        if (!instead)
            continue;
        if (!out_add(&xml->out, (struct str){text.data + from, i - from}, e) || !out_add_text(&xml->out, instead, e))
            return false;
        from = i + 1;
    }
    return out_add(&xml->out, (struct str){text.data + from, text.length - from}, e);
}

bool xml_out_text(struct xml_out *xml, const char *name, struct str text, struct err *e)
{
    return begin_line(xml, e) && out_add_text(&xml->out, "<", e) && out_add_text(&xml->out, name, e) &&
           out_add_text(&xml->out, ">", e) && add_escaped(xml, text, e) && end_tag(xml, name, e);
}

bool xml_out_amount(struct xml_out *xml, const char *name, const char *currency, int64_t amount_fen, struct err *e)
{
    char line[TAG_BYTES];
    ALWAYS(amount_fen >= 0);
    int length = snprintf(line, sizeof line, "<%s%s%s%s>%" PRId64 ".%02" PRId64 "</%s>", name, currency ? " Ccy=\"" : "",
                          currency ? currency : "", currency ? "\"" : "", amount_fen / 100, amount_fen % 100, name);
    ALWAYS(length > 0 && length < TAG_BYTES);
    return begin_line(xml, e) && out_add_text(&xml->out, line, e);
}

bool xml_out_close(struct xml_out *xml, struct err *e)
{
    while (xml->depth > 0)
        if (!xml_out_end(xml, e))
            return false;
    return out_add_text(&xml->out, "\n", e) && out_flush(&xml->out, e);
}

/* How many bytes the character has that begins so, in a text that is UTF-8. */
static size_t character_bytes(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* C0, DEL and C1 are no text of a person or a number; U+FFFE and U+FFFF are none of XML. */
static bool is_forbidden(const char *at)
{
    unsigned char first = (unsigned char)at[0];
    if (first < 0x20 || first == 0x7F)
        return true;
    if (first == 0xC2)
        return (unsigned char)at[1] < 0xA0;
    return first == 0xEF && (unsigned char)at[1] == 0xBF && (unsigned char)at[2] >= 0xBE;
}

static uint32_t code_of(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    return byte[0] < 0x80   ? byte[0]
           : byte[0] < 0xE0 ? (byte[0] & 0x1Fu) << 6 | (byte[1] & 0x3Fu)
                            : (byte[0] & 0x0Fu) << 12 | (byte[1] & 0x3Fu) << 6 | (byte[2] & 0x3Fu);
}

bool xml_out_check(struct str text, size_t *characters, struct err *e)
{
    char shown[STR_SHOWN_BYTES];
    *characters = 0;
    str_show(text, shown);
    if (text.length > 0 && !str_is_utf8(text))
        return err_set(e, ERR_INPUT, "\"%s\" is not utf-8", shown);
    for (size_t i = 0; i < text.length; i += character_bytes((unsigned char)text.data[i])) {
        if (is_forbidden(text.data + i))
            return err_set(e, ERR_INPUT, "\"%s\" holds U+%04" PRIX32 ", which no file to a bank may hold", shown,
                           code_of(text.data + i));
        *characters += 1;
    }
    return true;
}

struct str xml_out_cut(struct str text, size_t characters)
{
    size_t at = 0;
    while (at < text.length && characters > 0) {
        at += character_bytes((unsigned char)text.data[at]);
        characters--;
    }
    return (struct str){text.data, at};
}
