#include "formats/xml.h"

#include "tests/fuzz/fuzz.h"

static const struct xml_limits limits = {.depth = 8, .tag_bytes = 300, .text_bytes = 100};

/* What was told, as one text: what is whole must be told the same in whatever pieces it comes. */
struct told {
    struct buf out;
    struct str text;
    uint64_t byte; /* where the last element began or ended */
    int depth;
    bool in_text;
};

static bool on_start(void *context, const struct xml_element *element, struct err *e)
{
    struct told *told = context;
    (void)e;
    MUST(element->depth == ++told->depth && told->depth <= limits.depth);
    MUST(element->byte >= told->byte && element->byte < told->text.length && told->text.data[element->byte] == '<');
    told->byte = element->byte;
    told->in_text = false;
    buf_printf(&told->out, "<%s %s", element->space, element->name);
    for (size_t i = 0; i < element->attribute_count; i++) {
        const struct xml_attribute *a = &element->attributes[i];
        MUST(str_is_utf8(a->value) && a->value.length <= limits.tag_bytes);
        for (size_t k = 0; k < i; k++)
            MUST(strcmp(a->name, element->attributes[k].name) != 0 || strcmp(a->space, element->attributes[k].space) != 0);
        buf_printf(&told->out, " %s:%s=", a->space, a->name);
        buf_add(&told->out, a->value.data, a->value.length);
    }
    return true;
}

static bool on_end(void *context, const struct xml_element *element, struct err *e)
{
    struct told *told = context;
    (void)e;
    MUST(element->depth == told->depth--);
    MUST(element->byte > told->byte && element->byte <= told->text.length && told->text.data[element->byte - 1] == '>');
    told->byte = element->byte;
    told->in_text = false;
    buf_printf(&told->out, "</%s>", element->name);
    return true;
}

static bool on_text(void *context, struct str text, struct err *e)
{
    struct told *told = context;
    (void)e;
    MUST(told->depth > 0 && str_is_utf8(text));
    buf_add(&told->out, "|", !told->in_text);
    told->in_text = true;
    buf_add(&told->out, text.data, text.length);
    return true;
}

static bool read_in_pieces(struct str text, size_t piece_bytes, struct told *told)
{
    static const struct xml_handler handler = {on_start, on_end, on_text};
    const struct xml_input input = {"t.xml", &limits, &handler, told};
    struct err e;
    struct xml *xml = NULL;
    struct buf out = told->out;
    *told = (struct told){.out = out, .text = text};
    buf_reset(&told->out);
    MUST(xml_open(&xml, &input, &e));
    bool good = true;
    for (size_t at = 0; good && at < text.length; at += piece_bytes) {
        size_t length = text.length - at < piece_bytes ? text.length - at : piece_bytes;
        good = xml_feed(xml, (struct str){text.data + at, length}, &e);
    }
    good = good && xml_end(xml, &e);
    xml_close(xml);
    if (!good) {
        fuzz_check_refusal(&e);
        MUST(strncmp(e.message, "file \"t.xml\", ", 14) == 0);
    }
    MUST(!told->out.failed && (!good || (told->depth == 0 && told->byte > 0)));
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { TOLD_MAX = 1 << 20 };
    static struct told whole, pieces;
    struct str text = fuzz_text(data, size);
    if (whole.out.maximum == 0) {
        buf_open(&whole.out, TOLD_MAX);
        buf_open(&pieces.out, TOLD_MAX);
    }
    bool good = read_in_pieces(text, size + 1, &whole);
    MUST(read_in_pieces(text, 1 + size % 7, &pieces) == good);
    MUST(!good || (whole.out.length == pieces.out.length && memcmp(whole.out.data, pieces.out.data, whole.out.length) == 0));
    return 0;
}
