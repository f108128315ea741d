#include "formats/package_name.h"

#include <string.h>

#include "base/date.h"

static const char *const extensions[] = {
    [PACKAGE_TAR_GZ] = "tar.gz",   [PACKAGE_TGZ] = "tgz", [PACKAGE_TAR_XZ] = "tar.xz",
    [PACKAGE_TAR_ZST] = "tar.zst", [PACKAGE_ZIP] = "zip", [PACKAGE_7Z] = "7z",
};

/* Where each part of the name stands; between them "-", and "." before the extension. */
enum { SCHOOL_AT = 0, COLLECTOR_AT = 11, MADE_AT = 14, SEQUENCE_AT = 29, EXT_AT = 36 };

const char *package_ext_text(enum package_ext ext)
{
    return extensions[ext];
}

static bool ends_in(struct str name, const char *end)
{
    size_t length = strlen(end);
    return name.length >= length && memcmp(name.data + name.length - length, end, length) == 0;
}

static bool parse_ext(struct str text, enum package_ext *ext)
{
    for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++) {
        if (str_equal(text, extensions[i])) {
            *ext = (enum package_ext)i;
            return true;
        }
    }
    return false;
}

static bool parse_good(struct str name, struct package_name *out)
{
    int64_t collector = 0, sequence = 0;
    if (name.length <= EXT_AT || name.data[COLLECTOR_AT - 1] != '-' || name.data[MADE_AT - 1] != '-' ||
        name.data[SEQUENCE_AT - 1] != '-' || name.data[EXT_AT - 1] != '.')
        return false;
    if (!str_to_int64((struct str){name.data + SCHOOL_AT, 10}, &out->school_code) ||
        !str_to_int64((struct str){name.data + COLLECTOR_AT, 2}, &collector) ||
        !date_parse_compact((struct str){name.data + MADE_AT, 14}, &out->made_at) ||
        !str_to_int64((struct str){name.data + SEQUENCE_AT, 6}, &sequence))
        return false;
    if (out->school_code == 0) /* no province has it, and no book could be its own */
        return false;
    out->collector = (int32_t)collector;
    out->sequence = (int32_t)sequence;
    return parse_ext((struct str){name.data + EXT_AT, name.length - EXT_AT}, &out->ext);
}

enum package_name_form package_name_parse(struct str name, struct package_name *parsed)
{
    struct package_name found = {0};
    if (name.length > 0 && name.data[0] == '.')
        return PACKAGE_NAME_HIDDEN;
    if (ends_in(name, ".part"))
        return PACKAGE_NAME_PART;
    if (!parse_good(name, &found))
        return PACKAGE_NAME_OTHER;
    *parsed = found;
    return PACKAGE_NAME_GOOD;
}
