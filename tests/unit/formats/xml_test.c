#include "formats/xml.h"

#include "tests/unit/formats/log_sample.h"

/* What was told, in one text: "(name@space attribute=value …" for a start, quoted text, ")" for an end. */
struct told {
    struct buf out;
    bool in_text;
    int blanks;  /* one behind the other; few are shown */
    int stop_at; /* the handler refuses this element, from 1; 0: none */
    int elements;
    uint64_t root_bytes[2]; /* where it begins, and ends */
};

static void close_text(struct told *told)
{
    if (told->in_text)
        buf_add_text(&told->out, "\"");
    told->in_text = false;
    told->blanks = 0;
}

static bool on_start(void *context, const struct xml_element *element, struct err *e)
{
    struct told *told = context;
    close_text(told);
    if (++told->elements == told->stop_at)
        return err_set(e, ERR_INPUT, "element \"%s\" is not wanted", element->name);
    if (element->depth == 1)
        told->root_bytes[0] = element->byte;
    buf_printf(&told->out, "(%.40s%s%s%s", element->name, element->space[0] ? "@" : "", element->space,
               element->names_spaces ? "!" : "");
    for (size_t i = 0; i < element->attribute_count; i++) {
        const struct xml_attribute *a = &element->attributes[i];
        buf_printf(&told->out, " %s%s%s=", a->name, a->space[0] ? "@" : "", a->space);
        log_sample_add(&told->out, a->value);
    }
    return true;
}

static bool on_end(void *context, const struct xml_element *element, struct err *e)
{
    struct told *told = context;
    (void)e;
    close_text(told);
    buf_add_text(&told->out, ")");
    told->root_bytes[1] = element->byte;
    return true;
}

static bool on_text(void *context, struct str text, struct err *e)
{
    struct told *told = context;
    (void)e;
    if (!told->in_text)
        buf_add_text(&told->out, "\"");
    told->in_text = true;
    for (size_t i = 0; i < text.length; i++) {
        told->blanks = strchr(" \t\n\r", text.data[i]) ? told->blanks + 1 : 0;
        if (told->blanks <= 4)
            log_sample_add(&told->out, (struct str){text.data + i, 1});
    }
    return true;
}

static const struct xml_handler handler = {on_start, on_end, on_text};
static struct told told;
static char outcome[SAMPLE_TEXT_BYTES];

/* Reads a text in pieces of so many bytes: what was told, or the message. */
static const char *read_in_pieces(struct str text, size_t piece_bytes, int stop_at)
{
    struct err e = {0};
    struct xml *xml = NULL;
    const struct xml_input input = {"x", NULL, &handler, &told};
    buf_close(&told.out);
    told = (struct told){.stop_at = stop_at};
    buf_open(&told.out, SAMPLE_TEXT_BYTES - 1);
    bool done = xml_open(&xml, &input, &e);
    for (size_t at = 0; done && at < text.length; at += piece_bytes) {
        size_t length = text.length - at < piece_bytes ? text.length - at : piece_bytes;
        done = xml_feed(xml, (struct str){text.data + at, length}, &e);
    }
    done = done && xml_end(xml, &e);
    xml_close(xml);
    (void)snprintf(outcome, sizeof outcome, "%s%s", done || e.kind == ERR_INPUT ? "" : "not input: ",
                   done ? told.out.data : e.message);
    return outcome;
}

static const struct {
    const char *name, *wanted;
} cases[] = {
    {"plain",
     "(a(b c=1 d=2)\"text\"(e\"more\"))"},
    {"spaces",
     "(a@urn:r!\"\\x0a \"(b@urn:d x=1 x@urn:r=2)\"\\x0a \"(c! lang@http://www.w3.org/XML/1998/namespace=zh)\"\\x0a"
     "\")"},
    {"references",
     "(a b=<&>\"'\\xe6\\x97\\xa5\\xe6\\xb8\\x85   x\"<&>\\xe6\\x97\\xa5<&\")"},
    {"bom",
     "(a)"},
    {"comments",
     "(a(b))"},
    {"returns",
     "(a b=1 2\"1\\x0a2\\x0a3\")"},
    {"deep-64",
     "(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d(d"
     "(d(d(d(d(d(d(d(d(d(d))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"},
    {"long-blank",
     "(a\" \\x0a \\x0a\"(b))"},
    {"names",
     "(a.b-c_1(_))"},
    {"deep-65",
     "file \"x\", line 65: elements nested deeper than \"64\""},
    {"deep-huge",
     "file \"x\", line 1: elements nested deeper than \"64\""},
    {"deep-256",
     "file \"x\", line 1: elements nested deeper than \"64\""},
    {"deep-257",
     "file \"x\", line 1: elements nested deeper than \"64\""},
    {"laughs",
     "file \"x\", line 1, column 13: a document type is not taken"},
    {"laughs-far",
     "file \"x\", line 1, column 70013: a document type is not taken"},
    {"external",
     "file \"x\", line 1, column 13: a document type is not taken"},
    {"external-dtd",
     "file \"x\", line 1, column 46: a document type is not taken"},
    {"parameter",
     "file \"x\", line 1, column 13: a document type is not taken"},
    {"include",
     "(a!(include@http://www.w3.org/2001/XInclude href=/etc/passwd parse=text))"},
    {"entity",
     "file \"x\", line 1, column 10: not well-formed: an entity that is not declared"},
    {"entity-in-attribute",
     "file \"x\", line 1, column 10: not well-formed: an entity that is not declared"},
    {"huge-attribute",
     "file \"x\", line 1: a tag of more than \"8192\" bytes"},
    {"huge-name",
     "file \"x\", line 1: a tag of more than \"8192\" bytes"},
    {"huge-text",
     "file \"x\", line 2: text of more than \"2048\" bytes"},
    {"huge-cdata",
     "file \"x\", line 1: text of more than \"2048\" bytes"},
    {"many-attributes",
     "file \"x\", line 1: a tag of more than \"8192\" bytes"},
    {"twice",
     "file \"x\", line 2, column 21: not well-formed: an attribute comes twice"},
    {"twice-by-prefix",
     "file \"x\", line 1, column 54: not well-formed: an attribute comes twice"},
    {"unquoted",
     "file \"x\", line 1, column 6: not well-formed: an attribute whose value is not quoted"},
    {"no-value",
     "file \"x\", line 1, column 5: not well-formed: an attribute without value"},
    {"less",
     "file \"x\", line 1, column 7: not well-formed: a \"<\" in an attribute"},
    {"mismatch",
     "file \"x\", line 3, column 6: not well-formed: an end tag does not fit its start tag"},
    {"unclosed",
     "file \"x\", line 1, column 8: not well-formed: the text ends within an element"},
    {"cut-tag",
     "file \"x\", line 1, column 8: not well-formed: an attribute whose quote is not closed"},
    {"cut-name",
     "file \"x\", line 1, column 1: not well-formed: there is no element"},
    {"cut-comment",
     "file \"x\", line 1, column 10: not well-formed: a comment that is none"},
    {"only-comment",
     "file \"x\", line 1, column 11: not well-formed: there is no element"},
    {"nothing",
     "file \"x\", line 1, column 1: not well-formed: there is no element"},
    {"two-roots",
     "file \"x\", line 2, column 1: not well-formed: more follows the last element"},
    {"text-after",
     "file \"x\", line 2, column 1: not well-formed: more follows the last element"},
    {"text-before",
     "file \"x\", line 1, column 1: not well-formed: it begins with no tag"},
    {"text-alone",
     "file \"x\", line 1, column 1: not well-formed: it begins with no tag"},
    {"late-declaration",
     "file \"x\", line 2, column 6: not well-formed: an xml declaration that is not at the beginning"},
    {"long-declaration",
     "file \"x\", line 1, column 1: not well-formed: an xml declaration that does not end"},
    {"zero",
     "file \"x\", byte 3: a zero byte is no text"},
    {"zero-far",
     "file \"x\", byte 70003: a zero byte is no text"},
    {"control",
     "file \"x\", line 1, column 4: not well-formed: bytes that are no character of xml"},
    {"control-reference",
     "file \"x\", line 1, column 8: not well-formed: bytes that are no character of xml"},
    {"zero-reference",
     "file \"x\", line 1, column 11: not well-formed: bytes that are no character of xml"},
    {"not-a-character",
     "file \"x\", line 1, column 4: not well-formed: bytes that are no character of xml"},
    {"surrogate",
     "file \"x\", line 1, column 4: not well-formed: bytes that are no character of xml"},
    {"overlong",
     "file \"x\", line 1, column 7: not well-formed: bytes that are no character of xml"},
    {"half",
     "file \"x\", line 1, column 7: not well-formed: bytes that are no character of xml"},
    {"latin1",
     "file \"x\", line 1, column 4: not well-formed: bytes that are no character of xml"},
    {"utf16",
     "file \"x\", byte 3: a zero byte is no text"},
    {"utf16-says-so",
     "file \"x\", line 1: encoding \"utf-16\" where utf-8 is due"},
    {"utf7",
     "file \"x\", line 1: encoding \"UTF-7\" where utf-8 is due"},
    {"unquoted-charset",
     "file \"x\", line 1, column 30: not well-formed: a quote is missing"},
    {"gbk",
     "file \"x\", line 1: encoding \"gbk\" where utf-8 is due"},
    {"ebcdic",
     "file \"x\", line 1, column 1: not well-formed: it begins with no tag"},
    {"prefix",
     "file \"x\", line 1, column 8: not well-formed: a prefix without namespace"},
    {"attribute-prefix",
     "file \"x\", line 1, column 11: not well-formed: a prefix without namespace"},
    {"hyphens",
     "file \"x\", line 1, column 11: not well-formed: a comment that is none"},
    {"cdata-end",
     "file \"x\", line 1, column 4: not well-formed: a \"]]>\" that ends nothing"},
};

static void test_golden(struct log_sample *s)
{
    static char whole[SAMPLE_TEXT_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[80], fact[120];
        (void)snprintf(name, sizeof name, "%s.xml", cases[i].name);
        struct str text = log_sample_bytes(s, "xml", name);
        (void)snprintf(fact, sizeof fact, "xml/%s", name);
        (void)snprintf(whole, sizeof whole, "%s", read_in_pieces(text, text.length + 1, 0));
        CHECK_TEXT(whole, cases[i].wanted, fact);
        (void)snprintf(fact, sizeof fact, "pieces of 7 bytes of xml/%s", name);
        CHECK_TEXT(read_in_pieces(text, 7, 0), whole, fact);
        (void)snprintf(fact, sizeof fact, "single bytes of xml/%s", name);
        CHECK_TEXT(read_in_pieces(text, 1, 0), whole, fact);
        free((void *)(uintptr_t)text.data);
    }
}

/* Handlers may refuse; messages say where. */
static void test_handlers(void)
{
    static const char text[] = "\xEF\xBB\xBF<!-- \n -->\n<a>\n <b\n x='1'\n/>\n <c/>\n</a>\n";
    CHECK_TEXT(read_in_pieces(str_of(text), 1000, 2), "file \"x\", line 4: element \"b\" is not wanted",
               "a_refused_element_is_named_where_its_tag_begins");
    CHECK_TEXT(read_in_pieces(str_of(text), 1000, 1), "file \"x\", line 3: element \"a\" is not wanted",
               "a_refused_root_is_named_where_its_tag_begins");
    CHECK_INT(told.elements, 1, "nothing_is_told_after_a_refusal");
    (void)read_in_pieces(str_of(text), 1000, 0);
    CHECK_INT(told.root_bytes[0], strstr(text, "<a>") - text, "an_element_begins_at_a_byte_of_the_text");
    CHECK_INT(told.root_bytes[1], strstr(text, "</a>") + 4 - text, "it_ends_behind_its_end_tag");
    CHECK_TEXT(read_in_pieces(str_of("<a>\n<b/></a>"), 1000, 0), "(a\"\\x0a\"(b))", "an_empty_tag_is_an_element");
    CHECK_INT(told.root_bytes[1], 12, "and_its_parent_ends_behind_it");
}

/* Where elements lie far into the text, over the borders of pieces. */
static void test_places(void)
{
    struct buf text;
    buf_open(&text, 1 << 20);
    buf_add_text(&text, "<a>");
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "<b c='%d'/>\n", i);
    buf_add_text(&text, "</a>");
    static const struct xml_handler places = {.end = on_end};
    const struct xml_input input = {"x", NULL, &places, &told};
    struct err e;
    CHECK(xml_read(&input, (struct str){text.data, text.length}, &e), "a_long_text_is_read");
    CHECK_INT(told.root_bytes[1], text.length, "its_places_are_exact");
    buf_close(&text);
}

static void test_limits(void)
{
    static const struct xml_handler nobody = {0};
    static const struct xml_limits limits = {.depth = 2, .tag_bytes = 10, .text_bytes = 3};
    const struct xml_input input = {"x", &limits, &nobody, NULL};
    struct err e;
    CHECK(xml_read(&input, str_of("<a><b c='123'/>abc<b>\n \n \n</b></a>"), &e), "what_is_at_its_limits_is_good");
    CHECK(!xml_read(&input, str_of("<a>\n<b><c/></b></a>"), &e), "what_is_over_the_depth_is_not");
    CHECK_TEXT(e.message, "file \"x\", line 2: elements nested deeper than \"2\"", "and_says_so");
    CHECK(!xml_read(&input, str_of("<a><b c='1234'/></a>"), &e), "what_is_over_the_tag_is_not");
    CHECK_TEXT(e.message, "file \"x\", line 1: a tag of more than \"10\" bytes", "and_says_so");
    CHECK(!xml_read(&input, str_of("<a>a&#98;cd</a>"), &e), "what_is_over_the_text_is_not");
    CHECK_TEXT(e.message, "file \"x\", line 1: text of more than \"3\" bytes", "and_says_so");
    CHECK(xml_read(&input, str_of("<a>abc<b/>abc<b/></a>"), &e), "text_is_counted_between_tags");
    CHECK(!xml_read(&input, str_of("<a>abc<!-- -->d</a>"), &e), "a_comment_parts_no_text");
    CHECK(xml_read(&input, str_of("<a>\n \n \n \nabc</a>"), &e) && xml_read(&input, str_of("<a>\n \n<!-- -->\n \na c</a>"), &e),
          "blanks_before_the_first_letter_do_not_count_in_whatever_pieces_they_come");
    CHECK(!xml_read(&input, str_of("<a>\n \na  c</a>"), &e), "those_behind_it_do");
}

/* Memory stays bounded where a tag never ends. */
static void test_endless_tag(void)
{
    struct err e = {0};
    struct xml *xml = NULL;
    static char blanks[65536];
    const struct xml_input input = {"x", NULL, &handler, &told};
    memset(blanks, '\n', sizeof blanks);
    CHECK(xml_open(&xml, &input, &e) && xml_feed(xml, str_of("<a><b "), &e), "a_tag_begins");
    int pieces = 0;
    while (pieces < 1000 && xml_feed(xml, (struct str){blanks, sizeof blanks}, &e))
        pieces++;
    CHECK(pieces < 300 && e.kind == ERR_INPUT, "a_tag_without_end_is_refused");
    struct err again = {0};
    CHECK(!xml_feed(xml, str_of(">"), &again) && strcmp(again.message, e.message) == 0, "and_stays_refused");
    CHECK(!xml_end(xml, &again) && strcmp(again.message, e.message) == 0, "at_its_end_too");
    xml_close(xml);
}

int main(void)
{
    static struct log_sample s;
    log_sample_open(&s);
    test_golden(&s);
    test_handlers();
    test_places();
    test_limits();
    test_endless_tag();
    log_sample_close(&s);
    buf_close(&told.out);
    return tap_end();
}
