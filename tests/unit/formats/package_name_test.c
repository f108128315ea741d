#include "formats/package_name.h"

#include "base/date.h"
#include "formats/package.h"
#include "tests/unit/tap.h"

static enum package_name_form form_of(const char *name)
{
    struct package_name parsed;
    return package_name_parse(str_of(name), &parsed);
}

static void reads_a_name(void)
{
    struct package_name p;
    CHECK(package_name_parse(str_of("2113010001-07-20240301235959-000042.tar.zst"), &p) == PACKAGE_NAME_GOOD,
          "a_name_of_the_form_is_good");
    CHECK_INT(p.school_code, INT64_C(2113010001), "reads_the_school");
    CHECK_INT(p.collector, 7, "reads_the_collector");
    CHECK_INT(p.sequence, 42, "reads_the_sequence");
    CHECK_INT(p.ext, PACKAGE_TAR_ZST, "reads_the_extension");
    char stamp[DATE_STAMP_BYTES];
    date_format_stamp(p.made_at, stamp);
    CHECK_TEXT(stamp, "2024-03-01 23:59:59", "reads_the_time_of_making");
}

static void reads_every_extension(void)
{
    static const char *const names[] = {"tar.gz", "tgz", "tar.xz", "tar.zst", "zip", "7z"};
    for (int i = 0; i < 6; i++) {
        char name[64];
        struct package_name p = {0};
        (void)snprintf(name, sizeof name, "2113010001-07-20240301235959-000042.%s", names[i]);
        CHECK(package_name_parse(str_of(name), &p) == PACKAGE_NAME_GOOD && (int)p.ext == i, names[i]);
        CHECK_TEXT(package_ext_text((enum package_ext)i), names[i], "an_extension_is_written_as_it_is_read");
    }
}

static void tells_why_not(void)
{
    CHECK(form_of(".2113010001-07-20240301235959-000042.zip") == PACKAGE_NAME_HIDDEN,
          "a_leading_dot_is_hidden");
    CHECK(form_of("2113010001-07-20240301235959-000042.zip.part") == PACKAGE_NAME_PART, "part_is_unfinished");
    CHECK(form_of(".x.part") == PACKAGE_NAME_HIDDEN, "hidden_comes_before_part");
    static const char *const others[] = {
        "",
        "MANIFEST.csv",
        "2113010001-07-20240301235959-000042",
        "2113010001-07-20240301235959-000042.",
        "2113010001-07-20240301235959-000042.rar",
        "2113010001-07-20240301235959-000042.ZIP",
        "2113010001-07-20240301235959-000042.zip ",
        "2113010001-7-20240301235959-000042.zip",
        "2113010001_07-20240301235959-000042.zip",
        "2113010001-07-20240230235959-000042.zip",
        "2113010001-07-20240301240000-000042.zip",
        "2113010001-07-20240301235959-00042.zip",
        "2113010001-07-20240301235959-0000042.zip",
        "211301000a-07-20240301235959-000042.zip",
        " 113010001-07-20240301235959-000042.zip",
        "2113010001-07-20240301235959-00 042.zip",
        "0000000000-07-20240301235959-000042.zip",
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        CHECK(form_of(others[i]) == PACKAGE_NAME_OTHER, others[i]);
    struct package_name untouched = {.school_code = 5};
    CHECK(package_name_parse(str_of(others[4]), &untouched) == PACKAGE_NAME_OTHER &&
              untouched.school_code == 5,
          "a_bad_name_leaves_the_result_untouched");
}

static void names_its_reasons(void)
{
    CHECK_TEXT(package_reason_name(PACKAGE_GOOD), "", "a_good_package_has_no_reason");
    CHECK_TEXT(package_reason_name(PACKAGE_UNREADABLE), "unreadable", "reason_unreadable");
    CHECK_TEXT(package_reason_name(PACKAGE_LIMIT), "limit", "reason_limit");
    CHECK_TEXT(package_reason_name(PACKAGE_UNSAFE_ENTRY), "unsafe_entry", "reason_unsafe_entry");
    CHECK_TEXT(package_reason_name(PACKAGE_BAD_MANIFEST), "bad_manifest", "reason_bad_manifest");
    CHECK_TEXT(package_reason_name(PACKAGE_BAD_SIGNATURE), "bad_signature", "reason_bad_signature");
    CHECK_TEXT(package_reason_name(PACKAGE_MISSING_FILE), "missing_file", "reason_missing_file");
    CHECK_TEXT(package_reason_name(PACKAGE_UNLISTED_FILE), "unlisted_file", "reason_unlisted_file");
    CHECK_TEXT(package_reason_name(PACKAGE_BAD_DIGEST), "bad_digest", "reason_bad_digest");
    CHECK_TEXT(package_reason_name(PACKAGE_RENAMED_CONTENT), "renamed_content", "reason_renamed_content");
    CHECK_TEXT(package_reason_name(PACKAGE_KEY_MISSING), "key_missing", "reason_key_missing");
}

int main(void)
{
    reads_a_name();
    reads_every_extension();
    tells_why_not();
    names_its_reasons();
    return tap_end();
}
