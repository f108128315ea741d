#include "formats/xml.h"

#include <inttypes.h>
#include <libxml/parser.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct xml_limits xml_default_limits = {.depth = 64, .tag_bytes = 8192, .text_bytes = 2048};

/* Pieces of this size are parsed at once: big enough that their border costs nothing, small enough for the cache. */
enum { PIECE_BYTES = 16384, HEAD_BYTES = 256, PARTS_OF_ATTRIBUTE = 5 };

struct xml {
    struct xml_input input;
    struct xml_limits limits;
    xmlParserCtxtPtr parser;
    struct err err; /* the first that went wrong */
    bool has_failed;
    bool is_begun;  /* the head was looked at and is fed */
    bool is_ending; /* there is no more text */
    bool has_root;
    int depth;
    size_t text_bytes; /* since the last tag, from the first letter on */
    uint64_t fed_bytes;
    struct xml_attribute *attributes;
    size_t attribute_capacity;
    size_t head_bytes;
    char head[HEAD_BYTES];
};

#if LIBXML_VERSION >= 21200
typedef const xmlError *foreign_error;
#else
typedef xmlErrorPtr foreign_error;
#endif

/* What libxml2 calls wrong, in our words; NULL: in its own. */
static const char *words_of(int code)
{
    switch (code) {
    case XML_ERR_DOCUMENT_EMPTY:
        return "there is no element";
    case XML_ERR_DOCUMENT_END:
        return "more follows the last element";
    case XML_ERR_INVALID_CHAR:
        return "bytes that are no character of xml";
    case XML_ERR_INVALID_CHARREF:
    case XML_ERR_INVALID_DEC_CHARREF:
    case XML_ERR_INVALID_HEX_CHARREF:
        return "a character reference that is none";
    case XML_ERR_UNDECLARED_ENTITY:
    case XML_WAR_UNDECLARED_ENTITY:
        return "an entity that is not declared";
    case XML_ERR_ENTITYREF_SEMICOL_MISSING:
        return "an entity without semicolon";
    case XML_ERR_LT_IN_ATTRIBUTE:
        return "a \"<\" in an attribute";
    case XML_ERR_ATTRIBUTE_NOT_STARTED:
        return "an attribute whose value is not quoted";
    case XML_ERR_ATTRIBUTE_NOT_FINISHED:
        return "an attribute whose quote is not closed";
    case XML_ERR_ATTRIBUTE_WITHOUT_VALUE:
        return "an attribute without value";
    case XML_ERR_ATTRIBUTE_REDEFINED:
    case XML_NS_ERR_ATTRIBUTE_REDEFINED:
        return "an attribute comes twice";
    case XML_ERR_STRING_NOT_STARTED:
        return "a quote is missing";
    case XML_ERR_SPACE_REQUIRED:
        return "a blank is missing";
    case XML_ERR_NAME_REQUIRED:
        return "a name is missing";
    case XML_ERR_GT_REQUIRED:
        return "a tag is not closed";
    case XML_ERR_TAG_NAME_MISMATCH:
    case XML_ERR_TAG_NOT_FINISHED:
        return "an end tag does not fit its start tag";
    case XML_ERR_COMMENT_NOT_FINISHED:
    case XML_ERR_HYPHEN_IN_COMMENT:
        return "a comment that is none";
    case XML_ERR_MISPLACED_CDATA_END:
        return "a \"]]>\" that ends nothing";
    case XML_ERR_RESERVED_XML_NAME:
        return "an xml declaration that is not at the beginning";
    case XML_ERR_INVALID_ENCODING:
        return "bytes that are not utf-8";
    case XML_NS_ERR_UNDEFINED_NAMESPACE:
        return "a prefix without namespace";
    default:
        return NULL;
    }
}

/* Keeps the first that went wrong. Returns false. */
static bool fail(struct xml *xml)
{
    xml->has_failed = true;
    return false;
}

static bool at_place(struct xml *xml, int line, int column)
{
    (void)err_context(&xml->err, "file \"%s\", line %d, column %d", xml->input.file, line, column);
    return fail(xml);
}

static bool at_line(struct xml *xml, int64_t line)
{
    (void)err_context(&xml->err, "file \"%s\", line %" PRId64, xml->input.file, line);
    return fail(xml);
}

/* A message of libxml2 as the tail of ours: one line, without its full stop. */
static void use_foreign_words(struct xml *xml, const char *message)
{
    struct str text = str_of(message ? message : "no reason given");
    while (text.length > 0 && strchr("\n. ", text.data[text.length - 1]))
        text.length--;
    char shown[STR_SHOWN_BYTES];
    str_show(text, shown);
    (void)err_set(&xml->err, ERR_INPUT, "not well-formed: %s", shown);
}

/* A text that ends too soon is called by other names. */
static const char *words_at_end(const struct xml *xml, int code)
{
    if (xml->depth > 0)
        return "the text ends within an element";
    bool is_end = code == XML_ERR_DOCUMENT_END || code == XML_ERR_DOCUMENT_EMPTY;
    return is_end && !xml->has_root ? "there is no element" : words_of(code);
}

/* Warnings are of no consequence; errors are, also those that libxml2 could live with. */
static void on_error(void *context, foreign_error error)
{
    struct xml *xml = context;
    if (xml->has_failed || error->level < XML_ERR_ERROR)
        return;
    const char *words = xml->is_ending ? words_at_end(xml, error->code) : words_of(error->code);
    if (error->code == XML_ERR_NO_MEMORY) {
        (void)err_set(&xml->err, ERR_BUG, "no memory to read \"%s\"", xml->input.file);
        (void)fail(xml);
        return;
    }
    if (words)
        (void)err_set(&xml->err, ERR_INPUT, "not well-formed: %s", words);
    else
        use_foreign_words(xml, error->message);
    (void)at_place(xml, error->line, error->int2);
}

static void on_document_type(void *context, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
    struct xml *xml = context;
    (void)name, (void)public_id, (void)system_id;
    if (xml->has_failed)
        return;
    (void)err_set(&xml->err, ERR_INPUT, "a document type is not taken");
    (void)at_place(xml, xml->parser->input->line, xml->parser->input->col);
    xmlStopParser(xml->parser); /* what it declares is not even read */
}

/* Where the parser stands in the text. */
static uint64_t place_of(const struct xml *xml)
{
    const xmlParserInput *in = xml->parser->input;
    return in->consumed + (uint64_t)(in->cur - in->base);
}

/* Where the tag begins whose end the parser stands at: it can hold no other "<". */
static const char *tag_of(const struct xml *xml)
{
    const xmlParserInput *in = xml->parser->input;
    const char *found = memrchr(in->base, '<', (size_t)(in->cur - in->base));
    ALWAYS(found);
    return found;
}

static const char *text_of(const xmlChar *text)
{
    return text ? (const char *)text : "";
}

static bool grow_attributes(struct xml *xml, size_t count)
{
    if (count <= xml->attribute_capacity)
        return true;
    struct xml_attribute *grown = realloc(xml->attributes, count * sizeof *grown);
    if (!grown)
        return err_set(&xml->err, ERR_BUG, "no memory to read \"%s\"", xml->input.file) || fail(xml);
    xml->attributes = grown;
    xml->attribute_capacity = count;
    return true;
}

/* The line where the tag begins that the parser has read. */
static int64_t line_of_tag(const struct xml *xml)
{
    const xmlParserInput *in = xml->parser->input;
    int64_t line = in->line;
    for (const char *at = tag_of(xml); at < (const char *)in->cur; at++)
        line -= *at == '\n';
    return line;
}

/* A handler has refused: where the tag of an element begins. */
static void refuse_tag(struct xml *xml)
{
    if (xml->err.kind == ERR_INPUT)
        (void)at_line(xml, line_of_tag(xml));
    (void)fail(xml);
}

static bool check_limits(struct xml *xml, size_t tag_bytes)
{
    if (xml->depth > xml->limits.depth)
        return err_set(&xml->err, ERR_INPUT, "elements nested deeper than \"%d\"", xml->limits.depth);
    if (tag_bytes > xml->limits.tag_bytes)
        return err_set(&xml->err, ERR_INPUT, "a tag of more than \"%zu\" bytes", xml->limits.tag_bytes);
    return true;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space, int space_count,
                     const xmlChar **spaces, int attribute_count, int defaulted_count, const xmlChar **parts)
{
    struct xml *xml = context;
    size_t count = (size_t)attribute_count;
    (void)prefix, (void)spaces, (void)defaulted_count;
    if (xml->has_failed || !grow_attributes(xml, count))
        return;
    xml->has_root = true;
    xml->depth++;
    xml->text_bytes = 0;
    size_t tag_bytes = (size_t)((const char *)xml->parser->input->cur - tag_of(xml));
    for (size_t i = 0; i < count; i++, parts += PARTS_OF_ATTRIBUTE)
        xml->attributes[i] = (struct xml_attribute){.name = text_of(parts[0]),
                                                    .space = text_of(parts[2]),
                                                    .value = {text_of(parts[3]), (size_t)(parts[4] - parts[3])}};
    struct xml_element element = {.name = text_of(name), .space = text_of(space), .depth = xml->depth,
                                  .names_spaces = space_count > 0, .attributes = xml->attributes,
                                  .attribute_count = count, .line = xml->parser->input->line,
                                  .byte = place_of(xml) - tag_bytes};
    if (!check_limits(xml, tag_bytes) ||
        (xml->input.handler->start && !xml->input.handler->start(xml->input.context, &element, &xml->err)))
        refuse_tag(xml);
}

static void refuse_end(struct xml *xml)
{
    if (xml->err.kind == ERR_INPUT)
        (void)at_line(xml, xml->parser->input->line);
    (void)fail(xml);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
    struct xml *xml = context;
    (void)prefix;
    if (xml->has_failed)
        return;
    struct xml_element element = {.name = text_of(name), .space = text_of(space), .depth = xml->depth--,
                                  .line = xml->parser->input->line, .byte = place_of(xml)};
    xml->text_bytes = 0;
    if (xml->input.handler->end && !xml->input.handler->end(xml->input.context, &element, &xml->err))
        refuse_end(xml);
}

static size_t blank_length(struct str text)
{
    size_t length = 0;
    while (length < text.length && strchr(" \t\r\n", text.data[length]))
        length++;
    return length;
}

/* A handler has refused a piece of text: where its first letter stands. */
static void refuse_text(struct xml *xml, struct str text)
{
    int64_t line = xml->parser->input->line;
    for (size_t i = blank_length(text); i < text.length; i++)
        line -= text.data[i] == '\n';
    if (xml->err.kind == ERR_INPUT)
        (void)at_line(xml, line);
    (void)fail(xml);
}

static void on_text(void *context, const xmlChar *bytes, int length)
{
    struct xml *xml = context;
    if (xml->has_failed)
        return;
    struct str text = {text_of(bytes), (size_t)length};
    xml->text_bytes += text.length - (xml->text_bytes > 0 ? 0 : blank_length(text));
    bool done = xml->text_bytes <= xml->limits.text_bytes ||
                err_set(&xml->err, ERR_INPUT, "text of more than \"%zu\" bytes", xml->limits.text_bytes);
    if (!done || (xml->input.handler->text && !xml->input.handler->text(xml->input.context, text, &xml->err)))
        refuse_text(xml, text);
}

static pthread_once_t init_once = PTHREAD_ONCE_INIT;

static bool open_parser(struct xml *xml, struct err *e)
{
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .ignorableWhitespace = on_text,
                         .internalSubset = on_document_type,
                         .serror = on_error};
    /* libxml2 sets itself up on first use, which is not safe between threads. */
    if (pthread_once(&init_once, xmlInitParser) != 0)
        return err_set(e, ERR_BUG, "libxml2 could not be set up");
    xml->parser = xmlCreatePushParserCtxt(&sax, xml, NULL, 0, NULL);
    if (!xml->parser)
        return err_set(e, ERR_BUG, "no memory to read \"%s\"", xml->input.file);
    /* NOENT is to get "&" for "&amp;" in attributes: there are no other entities, since a document type is refused. What
     * charset a declaration names is looked at by check_declaration. */
    if (xmlCtxtUseOptions(xml->parser, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC) != 0)
        return err_set(e, ERR_BUG, "libxml2 does not know an option");
    return true;
}

bool xml_open(struct xml **xml, const struct xml_input *input, struct err *e)
{
    *xml = NULL;
    struct xml *made = calloc(1, sizeof *made);
    if (!made)
        return err_set(e, ERR_BUG, "no memory to read \"%s\"", input->file);
    made->input = *input;
    made->limits = input->limits ? *input->limits : xml_default_limits;
    if (!open_parser(made, e)) {
        xml_close(made);
        return false;
    }
    *xml = made;
    return true;
}

void xml_close(struct xml *xml)
{
    if (!xml)
        return;
    if (xml->parser) {
        xmlFreeDoc(xml->parser->myDoc); /* takes NULL; declarations make one even though nothing is built */
        xml->parser->myDoc = NULL;
        xmlFreeParserCtxt(xml->parser);
    }
    free(xml->attributes);
    free(xml);
}

/* The value of encoding= in an XML declaration, empty where there is none. */
static struct str declared_charset(struct str declaration)
{
    struct str rest = {memmem(declaration.data, declaration.length, "encoding", 8), 0};
    if (!rest.data)
        return (struct str){"", 0};
    rest.data += 8;
    rest.length = (size_t)(declaration.data + declaration.length - rest.data);
    while (rest.length > 0 && strchr(" \t\r\n=", rest.data[0])) {
        rest.data++;
        rest.length--;
    }
    bool is_quoted = rest.length > 1 && (rest.data[0] == '"' || rest.data[0] == '\'');
    const char *end = is_quoted ? memchr(rest.data + 1, rest.data[0], rest.length - 1) : NULL;
    return end ? (struct str){rest.data + 1, (size_t)(end - rest.data - 1)} : (struct str){"", 0};
}

/* libxml2 guesses charsets by the first bytes and obeys declarations; what is not UTF-8 does not come that far. */
static bool check_declaration(struct xml *xml)
{
    struct str head = {xml->head, xml->head_bytes};
    if (head.length > 0 && !strchr("\xEF< \t\r\n", head.data[0]))
        return err_set(&xml->err, ERR_INPUT, "not well-formed: it begins with no tag") || at_place(xml, 1, 1);
    if (head.length >= 3 && memcmp(head.data, "\xEF\xBB\xBF", 3) == 0)
        head = (struct str){head.data + 3, head.length - 3};
    if (head.length < 6 || memcmp(head.data, "<?xml", 5) != 0)
        return true;
    const char *end = memmem(head.data, head.length, "?>", 2);
    if (!end)
        return err_set(&xml->err, ERR_INPUT, "not well-formed: an xml declaration that does not end") ||
               at_place(xml, 1, 1);
    struct str charset = declared_charset((struct str){head.data, (size_t)(end - head.data)});
    if (charset.length == 0 || (charset.length == 5 && strncasecmp(charset.data, "utf-8", 5) == 0))
        return true;
    char shown[STR_SHOWN_BYTES];
    str_show(charset, shown);
    return err_set(&xml->err, ERR_INPUT, "encoding \"%s\" where utf-8 is due", shown) || at_line(xml, 1);
}

static bool parse(struct xml *xml, struct str piece)
{
    while (piece.length > 0 && !xml->has_failed) {
        size_t length = piece.length < PIECE_BYTES ? piece.length : PIECE_BYTES;
        (void)xmlParseChunk(xml->parser, piece.data, (int)length, 0);
        piece = (struct str){piece.data + length, piece.length - length};
    }
    return !xml->has_failed;
}

static bool begin(struct xml *xml)
{
    xml->is_begun = true;
    return check_declaration(xml) && parse(xml, (struct str){xml->head, xml->head_bytes});
}

static bool refuse_zero(struct xml *xml, struct str piece)
{
    const char *zero = piece.length > 0 ? memchr(piece.data, 0, piece.length) : NULL;
    if (!zero)
        return true;
    (void)err_set(&xml->err, ERR_INPUT, "file \"%s\", byte %" PRIu64 ": a zero byte is no text", xml->input.file,
                  xml->fed_bytes + (uint64_t)(zero - piece.data));
    return fail(xml);
}

/* Keeps the head until there is enough of it to look at. */
static bool take(struct xml *xml, struct str piece)
{
    if (!refuse_zero(xml, piece))
        return false;
    xml->fed_bytes += piece.length;
    if (!xml->is_begun) {
        size_t room = HEAD_BYTES - xml->head_bytes;
        size_t length = piece.length < room ? piece.length : room;
        if (length > 0)
            memcpy(xml->head + xml->head_bytes, piece.data, length);
        xml->head_bytes += length;
        piece = (struct str){piece.data + length, piece.length - length};
        if (xml->head_bytes < HEAD_BYTES)
            return true;
        if (!begin(xml))
            return false;
    }
    return parse(xml, piece);
}

bool xml_feed(struct xml *xml, struct str piece, struct err *e)
{
    if (!xml->has_failed && take(xml, piece))
        return true;
    *e = xml->err;
    return false;
}

bool xml_end(struct xml *xml, struct err *e)
{
    if (!xml->has_failed && (xml->is_begun || begin(xml))) {
        xml->is_ending = true;
        (void)xmlParseChunk(xml->parser, NULL, 0, 1);
        if (!xml->has_failed && !xml->parser->wellFormed)
            return err_set(e, ERR_BUG, "file \"%s\": libxml2 found it wrong and did not say why", xml->input.file);
    }
    if (xml->has_failed)
        *e = xml->err;
    return !xml->has_failed;
}

bool xml_read(const struct xml_input *input, struct str text, struct err *e)
{
    struct xml *xml = NULL;
    bool done = xml_open(&xml, input, e) && xml_feed(xml, text, e) && xml_end(xml, e);
    xml_close(xml);
    return done;
}
