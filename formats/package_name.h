/* package_name: the name of a collector's package (FORMATS.md 2),
 * `<school_code>-<collector 2>-<YYYYMMDDhhmmss>-<sequence 6>.<ext>`. It knows nothing of folders or of what
 * is inside. */
#ifndef DAYBOOK_FORMATS_PACKAGE_NAME_H
#define DAYBOOK_FORMATS_PACKAGE_NAME_H

#include <stdint.h>

#include "base/str.h"

enum package_ext {
    PACKAGE_TAR_GZ,
    PACKAGE_TGZ,
    PACKAGE_TAR_XZ,
    PACKAGE_TAR_ZST,
    PACKAGE_ZIP,
    PACKAGE_7Z,
};

enum package_name_form {
    PACKAGE_NAME_GOOD,
    PACKAGE_NAME_HIDDEN, /* begins with ".": still being written, left alone without a word */
    PACKAGE_NAME_PART,   /* ends in ".part": likewise */
    PACKAGE_NAME_OTHER,  /* another form, or a date that does not exist: left and reported */
};

struct package_name {
    int64_t school_code;
    int64_t made_at; /* moment of the 14 digits: the time in the package's name of RULES.md 1 */
    int32_t sequence;
    int32_t collector;
    enum package_ext ext;
};

/* *parsed is filled only with PACKAGE_NAME_GOOD. Letters are told apart by case. */
enum package_name_form package_name_parse(struct str name, struct package_name *parsed);

/* "tar.gz", without a dot before it. */
const char *package_ext_text(enum package_ext ext);

#endif
