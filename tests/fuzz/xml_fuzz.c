#include "formats/xml.h"

#include "tests/fuzz/fuzz.h"

enum { SAID_BYTES = 1 << 20 };

/* What a text was told as: elements with their places, texts joined. */
struct telling {
    struct buf said;
    int depth;
    bool is_text; /* the last thing said */
    struct str text;
};

static void say(struct telling *telling, const char *what, struct str value)
{
    buf_printf(&telling->said, "%s%zu:", what, value.length);
    buf_add(&telling->said, value.data, value.length);
}

static bool on_start(void *context, const struct xml_element *element, struct err *e)
{
    struct telling *telling = context;
    (void)e;
    MUST(element->depth == telling->depth + 1 && element->byte < telling->text.length);
    MUST(telling->text.data[element->byte] == '<');
    telling->depth = element->depth;
    telling->is_text = false;
    say(telling, "<", str_of(element->name));
    say(telling, "{", str_of(element->space));
    buf_printf(&telling->said, "@%llu", (unsigned long long)element->byte);
    for (size_t i = 0; i < element->attribute_count; i++) {
        for (size_t j = 0; j < i; j++)
            MUST(strcmp(element->attributes[i].name, element->attributes[j].name) != 0 ||
                 strcmp(element->attributes[i].space, element->attributes[j].space) != 0);
        MUST(str_is_utf8(element->attributes[i].value));
        say(telling, "=", str_of(element->attributes[i].name));
        say(telling, "\"", element->attributes[i].value);
    }
    return true;
}

static bool on_end(void *context, const struct xml_element *element, struct err *e)
{
    struct telling *telling = context;
    (void)e;
    MUST(element->depth == telling->depth && element->byte <= telling->text.length);
    MUST(element->byte > 0 && telling->text.data[element->byte - 1] == '>');
    telling->depth--;
    telling->is_text = false;
    say(telling, ">", str_of(element->name));
    buf_printf(&telling->said, "@%llu", (unsigned long long)element->byte);
    return true;
}

static bool on_text(void *context, struct str text, struct err *e)
{
    struct telling *telling = context;
    (void)e;
    MUST(telling->depth > 0);
    if (!telling->is_text)
        buf_add_text(&telling->said, "#");
    telling->is_text = true;
    buf_add(&telling->said, text.data, text.length);
    return true;
}

/* Reads a text in pieces of so many bytes; 0: whole. */
static bool tell(struct telling *telling, struct str text, size_t piece)
{
    static const struct xml_handler handler = {on_start, on_end, on_text};
    static const struct xml_limits limits = {.depth = 20, .tag_bytes = 400, .text_bytes = 100};
    const struct xml_input input = {"t.xml", &limits, &handler, telling};
    struct err e;
    struct xml *xml = NULL;
    buf_reset(&telling->said);
    telling->depth = 0;
    telling->is_text = false;
    telling->text = text;
    if (piece == 0) {
        bool good = xml_read(&input, text, &e);
        if (!good)
            fuzz_check_refusal(&e);
        return good;
    }
    MUST(xml_open(&xml, &input, &e));
    bool good = true;
    for (size_t at = 0; good && at < text.length; at += piece)
        good = xml_feed(xml, (struct str){text.data + at, text.length - at < piece ? text.length - at : piece}, &e);
    good = good && xml_end(xml, &e);
    if (!good)
        fuzz_check_refusal(&e);
    xml_close(xml);
    return good;
}

/* A text is told the same whole and in pieces. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct telling whole, pieces;
    static const size_t sizes[] = {1, 3, 50};
    struct str text = fuzz_text(data, size);
    if (whole.said.maximum == 0) {
        buf_open(&whole.said, SAID_BYTES);
        buf_open(&pieces.said, SAID_BYTES);
    }
    if (!str_is_utf8(text))
        return 0;
    bool good = tell(&whole, text, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        MUST(tell(&pieces, text, sizes[i]) == good);
        MUST(!good || (whole.said.length == pieces.said.length && !whole.said.failed &&
                       memcmp(whole.said.data, pieces.said.data, whole.said.length) == 0));
    }
    return 0;
}
