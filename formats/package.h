/* package: why a collector's package is set aside (FORMATS.md 2), by name.
 *
 * The values are stored by their names; where several reasons hold, the smallest value wins. */
#ifndef DAYBOOK_FORMATS_PACKAGE_H
#define DAYBOOK_FORMATS_PACKAGE_H

enum package_reason {
    PACKAGE_GOOD = 0,
    PACKAGE_UNREADABLE,
    PACKAGE_LIMIT,
    PACKAGE_UNSAFE_ENTRY,
    PACKAGE_BAD_MANIFEST,
    PACKAGE_BAD_SIGNATURE,
    PACKAGE_MISSING_FILE,
    PACKAGE_UNLISTED_FILE,
    PACKAGE_BAD_DIGEST,
    PACKAGE_RENAMED_CONTENT,
    PACKAGE_KEY_MISSING,
};

/* The name as FORMATS.md 2 writes it, "unreadable"; "" for PACKAGE_GOOD. */
const char *package_reason_name(enum package_reason reason);

#endif
