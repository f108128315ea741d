#include "formats/bank_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "formats/field.h"

enum { CODE_DIGITS = 4, DAY_DIGITS = 8, BATCH_DIGITS = 4, NUMBERS_BYTES = CODE_DIGITS + DAY_DIGITS + BATCH_DIGITS };

/* What stands around code, day and batch: between code and day the ISO names have a letter. */
struct form {
    const char *before;
    char letter; /* 0 = none */
    const char *after;
};
static const struct form forms[] = {
    [BANK_FILE_CD] = {"CD", 0, ".txt"},
    [BANK_FILE_PO] = {"PO", 0, ".txt"},
    [BANK_FILE_CQ] = {"CQ", 0, ".txt"},
    [BANK_FILE_PAIN008] = {"pain.008.", 'D', ".xml"},
    [BANK_FILE_PAIN001] = {"pain.001.", 'P', ".xml"},
    [BANK_FILE_CD_REPLY] = {"CD", 0, ".ret"},
    [BANK_FILE_PO_REPLY] = {"PO", 0, ".ret"},
};
enum { FORMS = sizeof forms / sizeof forms[0] };

static int format_numbers(char *out, size_t room, const struct bank_name *name, char letter)
{
    int year = 0, month = 0, day = 0;
    char between[2] = {letter, '\0'};
    date_to_civil(name->day, &year, &month, &day);
    return snprintf(out, room, "%04" PRId32 "%s%04d%02d%02d%04" PRId32, name->code, between, year, month, day, name->batch);
}

void bank_name_format(char out[BANK_NAME_BYTES], const struct bank_name *name)
{
    ALWAYS(name->file <= BANK_FILE_PAIN001);
    const struct form *form = &forms[name->file];
    char numbers[BANK_NAME_BYTES];
    (void)format_numbers(numbers, sizeof numbers, name, form->letter);
    int length = snprintf(out, BANK_NAME_BYTES, "%s%s%s", form->before, numbers, form->after);
    ALWAYS(length > 0 && length < BANK_NAME_BYTES);
}

static bool is_payout(enum bank_file file)
{
    return file == BANK_FILE_PO || file == BANK_FILE_PAIN001 || file == BANK_FILE_PO_REPLY;
}

void bank_name_message_id(char out[BANK_MESSAGE_ID_BYTES], const struct bank_name *name)
{
    int length = format_numbers(out, BANK_MESSAGE_ID_BYTES, name, is_payout(name->file) ? 'P' : 'D');
    ALWAYS(length > 0 && length < BANK_MESSAGE_ID_BYTES);
}

static bool parse_numbers(struct str text, char letter, struct bank_name *out)
{
    size_t day_at = CODE_DIGITS + (letter ? 1u : 0u);
    int64_t code = 0, batch = 0;
    if (text.length != day_at + DAY_DIGITS + BATCH_DIGITS || (letter && text.data[CODE_DIGITS] != letter) ||
        !field_digits((struct str){text.data, CODE_DIGITS}, CODE_DIGITS, &code) ||
        !field_day((struct str){text.data + day_at, DAY_DIGITS}, &out->day) ||
        !field_digits((struct str){text.data + day_at + DAY_DIGITS, BATCH_DIGITS}, BATCH_DIGITS, &batch) || batch == 0)
        return false;
    out->code = (int32_t)code;
    out->batch = (int32_t)batch;
    return true;
}

bool bank_name_of_message_id(struct str message_id, struct bank_name *name)
{
    struct bank_name found = {.file = BANK_FILE_PAIN008};
    bool is_ours = parse_numbers(message_id, 'D', &found);
    if (!is_ours) {
        found.file = BANK_FILE_PAIN001;
        is_ours = parse_numbers(message_id, 'P', &found);
    }
    if (is_ours)
        *name = found;
    return is_ours;
}

static bool begins_with(struct str text, const char *begin)
{
    size_t length = strlen(begin);
    return text.length >= length && memcmp(text.data, begin, length) == 0;
}

static bool ends_in(struct str text, const char *end)
{
    size_t length = strlen(end);
    return text.length >= length && strncasecmp(text.data + text.length - length, end, length) == 0;
}

/* "<stem>.2.ret" is another answer to the same request as "<stem>.ret". */
static struct str without_number(struct str stem, size_t wanted)
{
    size_t digits = stem.length > wanted ? stem.length - wanted - 1 : 0;
    if (digits < 1 || digits > 2 || stem.data[wanted] != '.' || stem.data[wanted + 1] == '0' ||
        !str_is_digits((struct str){stem.data + wanted + 1, digits}))
        return stem;
    return (struct str){stem.data, wanted};
}

static bool parse_form(struct str name, enum bank_file file, struct bank_name *out)
{
    const struct form *form = &forms[file];
    size_t before = strlen(form->before), after = strlen(form->after);
    if (name.length < before + after || !begins_with(name, form->before) ||
        memcmp(name.data + name.length - after, form->after, after) != 0)
        return false;
    struct str numbers = {name.data + before, name.length - before - after};
    if (file == BANK_FILE_CD_REPLY || file == BANK_FILE_PO_REPLY)
        numbers = without_number(numbers, NUMBERS_BYTES);
    out->file = file;
    return parse_numbers(numbers, form->letter, out);
}

static bool parse_bank05(struct str name, struct bank_name *out)
{
    static const char before[] = "BANK05", after[] = ".txt";
    out->file = BANK_FILE_BANK05;
    return name.length == strlen(before) + DAY_DIGITS + strlen(after) && begins_with(name, before) &&
           memcmp(name.data + name.length - strlen(after), after, strlen(after)) == 0 &&
           field_day((struct str){name.data + strlen(before), DAY_DIGITS}, &out->day);
}

enum bank_name_form bank_name_parse(struct str name, struct bank_name *parsed)
{
    struct bank_name found = {0};
    bool is_good = false;
    if (name.length > 0 && name.data[0] == '.')
        return BANK_NAME_HIDDEN;
    if (ends_in(name, ".part") || ends_in(name, ".tmp"))
        return BANK_NAME_PART;
    for (size_t i = 0; i < FORMS && !is_good; i++)
        is_good = parse_form(name, (enum bank_file)i, &found);
    if (!is_good) {
        found = (struct bank_name){0};
        is_good = parse_bank05(name, &found);
    }
    if (!is_good && ends_in(name, ".xml") && name.length > strlen(".xml")) {
        found = (struct bank_name){.file = BANK_FILE_XML, .day = DATE_NO_DAY};
        is_good = true;
    }
    if (is_good)
        *parsed = found;
    return is_good ? BANK_NAME_GOOD : BANK_NAME_OTHER;
}
