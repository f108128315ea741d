#include "formats/package.h"

const char *package_reason_name(enum package_reason reason)
{
    switch (reason) {
    case PACKAGE_GOOD:
        return "";
    case PACKAGE_UNREADABLE:
        return "unreadable";
    case PACKAGE_LIMIT:
        return "limit";
    case PACKAGE_UNSAFE_ENTRY:
        return "unsafe_entry";
    case PACKAGE_BAD_MANIFEST:
        return "bad_manifest";
    case PACKAGE_BAD_SIGNATURE:
        return "bad_signature";
    case PACKAGE_MISSING_FILE:
        return "missing_file";
    case PACKAGE_UNLISTED_FILE:
        return "unlisted_file";
    case PACKAGE_BAD_DIGEST:
        return "bad_digest";
    case PACKAGE_RENAMED_CONTENT:
        return "renamed_content";
    case PACKAGE_KEY_MISSING:
        return "key_missing";
    }
    return "";
}
