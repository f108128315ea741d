#include "formats/iso_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/charset.h"
#include "formats/iso_value.h"
#include "formats/xml.h"

enum { DEPTH_MAX = 64, PATH_BYTES = 256, UNKNOWN = -1, CODE_DIGITS_MAX = 18 };
#define CURRENCY "CNY"

/* Elements that nobody asks for may hold longer texts than a field of ours. */
static const struct xml_limits limits = {.depth = DEPTH_MAX, .tag_bytes = 8192, .text_bytes = 8192};

struct value {
    uint32_t count; /* how often it came */
    bool is_set;
    int64_t number;
    size_t length;
    char text[ISO_TEXT_BYTES];
};

struct iso_read {
    const struct iso_input *input;
    int depth;
    int path[DEPTH_MAX + 1];      /* nodes that are open, by depth; UNKNOWN: one that nobody asks for */
    int64_t lines[DEPTH_MAX + 1]; /* where they begin */
    bool is_foreign;              /* the amount that is read is of another currency */
    size_t pending_length;        /* text of the leaf that is open */
    char pending[8192 + 1];
    struct value values[];
};

static const struct iso_node *node_of(const struct iso_read *iso, int node)
{
    return &iso->input->form->nodes[node];
}

/* Behind the last element that stands in a node. */
static int end_of(const struct iso_form *form, int node)
{
    int end = node + 1;
    while (end < form->node_count && form->nodes[end].depth > form->nodes[node].depth)
        end++;
    return end;
}

static bool is_group(const struct iso_node *node)
{
    return node->kind == ISO_GROUP || node->kind == ISO_CHOICE;
}

/* Puts where it is in front of what is wrong. */
static bool at_path(const struct iso_read *iso, int depth, struct err *e)
{
    char path[PATH_BYTES] = "";
    size_t used = 0;
    if (e->kind != ERR_INPUT)
        return false;
    for (int i = depth > 1 ? 2 : 1; i <= depth && iso->path[i] != UNKNOWN && used < sizeof path; i++)
        used += (size_t)snprintf(path + used, sizeof path - used, "%s%s", used > 0 ? "/" : "", node_of(iso, iso->path[i])->name);
    return err_context(e, "%s", path);
}

/* ---- an element begins */

static bool begin_root(const struct iso_read *iso, const struct xml_element *element, struct err *e)
{
    const struct iso_form *form = iso->input->form;
    char shown[STR_SHOWN_BYTES];
    if (strcmp(element->name, form->nodes[0].name) == 0 && strcmp(element->space, form->space) == 0)
        return true;
    str_show(str_of(element->space), shown);
    (void)err_set(e, ERR_INPUT, "element \"%s\" of namespace \"%s\" where \"%s\" of \"%s\" is due", element->name, shown,
                  form->nodes[0].name, form->space);
    return err_hint(e, "ask the bank for the message in that version");
}

static int find_child(const struct iso_read *iso, int parent, const struct xml_element *element)
{
    const struct iso_form *form = iso->input->form;
    int depth = form->nodes[parent].depth + 1;
    if (strcmp(element->space, form->space) != 0)
        return UNKNOWN;
    for (int i = parent + 1; i < form->node_count && form->nodes[i].depth >= depth; i++)
        if (form->nodes[i].depth == depth && strcmp(form->nodes[i].name, element->name) == 0)
            return i;
    return UNKNOWN;
}

/* What came in an earlier one of a group is no longer there. */
static void clear_below(struct iso_read *iso, int node)
{
    int end = end_of(iso->input->form, node);
    for (int i = node + 1; i < end; i++) {
        iso->values[i].count = 0;
        iso->values[i].is_set = false;
        iso->values[i].length = 0;
    }
}

static bool read_currency(struct iso_read *iso, const struct iso_node *node, const struct xml_element *element, struct err *e)
{
    char shown[STR_SHOWN_BYTES];
    const struct xml_attribute *found = NULL;
    iso->is_foreign = false;
    if (node->kind != ISO_AMOUNT && node->kind != ISO_AMOUNT_ANY)
        return true;
    for (size_t i = 0; i < element->attribute_count && !found; i++)
        if (strcmp(element->attributes[i].name, "Ccy") == 0 && element->attributes[i].space[0] == '\0')
            found = &element->attributes[i];
    if (!found)
        return err_set(e, ERR_INPUT, "attribute \"Ccy\" is missing");
    iso->is_foreign = !str_equal(found->value, CURRENCY);
    if (!iso->is_foreign || node->kind == ISO_AMOUNT_ANY)
        return true;
    str_show(found->value, shown);
    (void)err_set(e, ERR_INPUT, "currency \"%s\" where " CURRENCY " is due", shown);
    return err_hint(e, "the books are kept in " CURRENCY ": ask the bank for a file in that currency");
}

static bool begin_node(struct iso_read *iso, const struct xml_element *element, int node, struct err *e)
{
    const struct iso_node *form = node_of(iso, node);
    bool is_single = form->times == ISO_ONCE || form->times == ISO_OPTIONAL;
    if (++iso->values[node].count > 1 && is_single)
        return err_set(e, ERR_INPUT, "it comes twice");
    iso->pending_length = 0;
    if (!is_group(form))
        return read_currency(iso, form, element, e);
    clear_below(iso, node);
    return !iso->input->handler->begin || iso->input->handler->begin(iso->input->context, iso, node, e);
}

static bool on_start(void *context, const struct xml_element *element, struct err *e)
{
    struct iso_read *iso = context;
    int depth = element->depth, node = 0;
    if (depth == 1 && !begin_root(iso, element, e))
        return false;
    if (depth > 1) {
        int parent = iso->path[depth - 1];
        if (parent != UNKNOWN && !is_group(node_of(iso, parent))) {
            (void)err_set(e, ERR_INPUT, "element \"%s\" where a value is due", element->name);
            return at_path(iso, depth - 1, e);
        }
        node = parent == UNKNOWN ? UNKNOWN : find_child(iso, parent, element);
    }
    if (node != UNKNOWN && node_of(iso, node)->times == ISO_FIRST && iso->values[node].count > 0)
        node = UNKNOWN;
    iso->depth = depth;
    iso->path[depth] = node;
    iso->lines[depth] = element->line;
    return node == UNKNOWN || begin_node(iso, element, node, e) || at_path(iso, depth, e);
}

/* ---- its text */

static struct str trim(struct str text)
{
    while (text.length > 0 && strchr(" \t\r\n", text.data[0]))
        text = (struct str){text.data + 1, text.length - 1};
    while (text.length > 0 && strchr(" \t\r\n", text.data[text.length - 1]))
        text.length--;
    return text;
}

static bool on_text(void *context, struct str text, struct err *e)
{
    struct iso_read *iso = context;
    int node = iso->path[iso->depth];
    if (node == UNKNOWN)
        return true;
    if (is_group(node_of(iso, node))) {
        if (trim(text).length == 0)
            return true;
        (void)err_set(e, ERR_INPUT, "text where elements are due");
        return at_path(iso, iso->depth, e);
    }
    if (text.length > sizeof iso->pending - iso->pending_length) {
        (void)err_set(e, ERR_INPUT, "text of more than \"%zu\" bytes", sizeof iso->pending - 1);
        return at_path(iso, iso->depth, e);
    }
    memcpy(iso->pending + iso->pending_length, text.data, text.length);
    iso->pending_length += text.length;
    return true;
}

/* ---- an element ends */

static size_t count_characters(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return count;
}

/* Keeps a text; of one that comes again what still fits, cut between characters. */
static void keep_text(struct value *value, struct str text)
{
    if (value->length > 0 && value->length + 1 < sizeof value->text)
        value->text[value->length++] = ' ';
    size_t room = sizeof value->text - value->length;
    if (text.length > room) {
        text.length = room;
        while (text.length > 0 && ((unsigned char)text.data[text.length] & 0xC0) == 0x80)
            text.length--;
    }
    memcpy(value->text + value->length, text.data, text.length);
    value->length += text.length;
    value->is_set = true;
}

static bool read_flag(struct str text, int64_t *number)
{
    bool is_true = str_equal(text, "true") || str_equal(text, "1");
    *number = is_true;
    return is_true || str_equal(text, "false") || str_equal(text, "0");
}

static bool read_side(struct str text, int64_t *number)
{
    *number = str_equal(text, "CRDT");
    return *number || str_equal(text, "DBIT");
}

static bool read_day(struct str text, int64_t *number)
{
    int32_t day = 0;
    bool done = iso_day(text, &day);
    *number = day;
    return done;
}

static bool read_number(struct str text, int64_t *number)
{
    if (text.length > 1 && text.data[0] == '+')
        text = (struct str){text.data + 1, text.length - 1};
    return text.length <= CODE_DIGITS_MAX && str_to_int64(text, number);
}

/* A value of a form that can only be or not be. */
static bool read_formed(enum iso_kind kind, struct str text, int64_t *number, struct err *e)
{
    static const char *const wanted[] = {
        [ISO_CURRENCY] = "the currency " CURRENCY, [ISO_SIDE] = "CRDT or DBIT", [ISO_FLAG] = "true or false",
        [ISO_NUMBER] = "a number of at most 18 digits", [ISO_DAY] = "a date YYYY-MM-DD", [ISO_MOMENT] = "a time YYYY-MM-DDThh:mm:ss",
    };
    char shown[STR_SHOWN_BYTES];
    bool done = kind == ISO_CURRENCY ? str_equal(text, CURRENCY)
                : kind == ISO_SIDE   ? read_side(text, number)
                : kind == ISO_FLAG   ? read_flag(text, number)
                : kind == ISO_NUMBER ? read_number(text, number)
                : kind == ISO_DAY    ? read_day(text, number)
                                     : iso_moment(text, number);
    str_show(text, shown);
    return done || err_set(e, ERR_INPUT, "\"%s\" where %s is due", shown, wanted[kind]);
}

static bool read_text(const struct iso_read *iso, int node, struct value *value, struct str text, struct err *e)
{
    const struct iso_node *form = node_of(iso, node);
    size_t characters = count_characters(text);
    char shown[STR_SHOWN_BYTES];
    if (characters > form->characters) {
        str_show(text, shown);
        return err_set(e, ERR_INPUT, "\"%s\" has %zu characters where %u are the most", shown, characters, form->characters);
    }
    bool is_due = form->times == ISO_ONCE || form->times == ISO_SOME ||
                  node_of(iso, iso->path[iso->depth - 1])->kind == ISO_CHOICE;
    if (text.length == 0)
        return !is_due || err_set(e, ERR_INPUT, "it is empty");
    keep_text(value, text);
    return true;
}

static bool end_leaf(struct iso_read *iso, int node, struct err *e)
{
    struct value *value = &iso->values[node];
    struct str text = trim((struct str){iso->pending, iso->pending_length});
    enum iso_kind kind = node_of(iso, node)->kind;
    if (kind == ISO_TEXT)
        return read_text(iso, node, value, text, e);
    if (iso->is_foreign)
        return true;
    bool is_amount = kind == ISO_AMOUNT || kind == ISO_AMOUNT_ANY || kind == ISO_DECIMAL;
    if (!(is_amount ? iso_amount(text, &value->number, e) : read_formed(kind, text, &value->number, e)))
        return false;
    value->is_set = true;
    return true;
}

static bool check_choice(const struct iso_read *iso, int node, struct err *e)
{
    const struct iso_form *form = iso->input->form;
    char names[PATH_BYTES] = "";
    size_t used = 0;
    uint32_t found = 0;
    for (int i = node + 1, end = end_of(form, node); i < end; i++) {
        if (form->nodes[i].depth != form->nodes[node].depth + 1)
            continue;
        found += iso->values[i].count;
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? " or " : "", form->nodes[i].name);
    }
    return found == 1 || err_set(e, ERR_INPUT, found == 0 ? "%s is missing" : "there is more than one of %s", names);
}

static bool check_group(const struct iso_read *iso, int node, struct err *e)
{
    const struct iso_form *form = iso->input->form;
    for (int i = node + 1, end = end_of(form, node); i < end; i++) {
        bool is_due = form->nodes[i].times == ISO_ONCE || form->nodes[i].times == ISO_SOME;
        if (is_due && form->nodes[i].depth == form->nodes[node].depth + 1 && iso->values[i].count == 0)
            return err_set(e, ERR_INPUT, "%s is missing", form->nodes[i].name);
    }
    return true;
}

static bool end_node(struct iso_read *iso, int node, struct err *e)
{
    enum iso_kind kind = node_of(iso, node)->kind;
    if (kind != ISO_GROUP && kind != ISO_CHOICE)
        return end_leaf(iso, node, e);
    return (kind == ISO_CHOICE ? check_choice(iso, node, e) : check_group(iso, node, e)) &&
           (!iso->input->handler->end || iso->input->handler->end(iso->input->context, iso, node, e));
}

static bool on_end(void *context, const struct xml_element *element, struct err *e)
{
    struct iso_read *iso = context;
    int node = iso->path[element->depth];
    iso->depth = element->depth;
    if (node != UNKNOWN && !end_node(iso, node, e))
        return at_path(iso, element->depth, e);
    iso->depth = element->depth - 1;
    return true;
}

bool iso_read(const struct iso_input *input, struct err *e)
{
    static const struct xml_handler handler = {on_start, on_end, on_text};
    struct str text;
    size_t count = (size_t)input->form->node_count;
    struct iso_read *iso = calloc(1, sizeof *iso + count * sizeof iso->values[0]);
    if (!iso)
        return err_set(e, ERR_BUG, "no memory to read \"%s\"", input->file);
    iso->input = input;
    iso->path[0] = UNKNOWN;
    const struct xml_input xml = {input->file, &limits, &handler, iso};
    bool done = charset_read_utf8(input->file, input->bytes, &text, e) && xml_read(&xml, text, e);
    free(iso);
    if (!done && e->kind == ERR_INPUT && e->hint[0] == '\0')
        return err_hint(e, "nothing of the file is taken: ask the bank for a correct one");
    return done;
}

struct str iso_text(const struct iso_read *iso, int node)
{
    const struct value *value = &iso->values[node];
    return value->is_set ? (struct str){value->text, value->length} : (struct str){"", 0};
}

struct str iso_text_of(const struct iso_read *iso, int first, int second)
{
    return iso_text(iso, iso->values[first].is_set ? first : second);
}

int64_t iso_number(const struct iso_read *iso, int node, int64_t otherwise)
{
    return iso->values[node].is_set ? iso->values[node].number : otherwise;
}

bool iso_has(const struct iso_read *iso, int node)
{
    return iso->values[node].count > 0;
}

int64_t iso_line(const struct iso_read *iso)
{
    return iso->lines[iso->depth];
}

bool iso_due(const struct iso_read *iso, int node, struct err *e)
{
    return iso->values[node].count > 0 || err_set(e, ERR_INPUT, "%s must stand before it", node_of(iso, node)->name);
}

/* ---- which message is it? */

struct root {
    bool is_found;
    char *space;
};

static bool on_root(void *context, const struct xml_element *element, struct err *e)
{
    struct root *root = context;
    root->is_found = true;
    (void)snprintf(root->space, ISO_SPACE_BYTES, "%s", element->space);
    return err_set(e, ERR_INPUT, "only the root is read");
}

bool iso_root_space(const char *file, struct str bytes, char space[ISO_SPACE_BYTES], struct err *e)
{
    static const struct xml_handler handler = {on_root, NULL, NULL};
    struct root root = {false, space};
    struct str text;
    const struct xml_input xml = {file, &limits, &handler, &root};
    space[0] = '\0';
    if ((charset_read_utf8(file, bytes, &text, e) && xml_read(&xml, text, e)) || root.is_found) {
        err_clear(e);
        return true;
    }
    return false;
}
