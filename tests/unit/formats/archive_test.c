#include "formats/archive.h"

#include <dirent.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fsfile.h"
#include "tests/unit/tap.h"

#define FOLDER "tests/golden/archive/"

static struct arena *arena;
static char spool_folder[] = "/tmp/archive_test.XXXXXX";

static enum package_ext ext_of(const char *name)
{
    static const enum package_ext all[] = {PACKAGE_TAR_GZ, PACKAGE_TGZ,     PACKAGE_TAR_XZ,
                                           PACKAGE_7Z,     PACKAGE_TAR_ZST, PACKAGE_ZIP};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        const char *text = package_ext_text(all[i]);
        size_t length = strlen(text);
        if (strlen(name) > length && strcmp(name + strlen(name) - length, text) == 0)
            return all[i];
    }
    abort();
}

static struct archive_files *files;
static enum package_reason reason;
static struct err why;

static bool unpack_bytes(struct str bytes, enum package_ext ext, const struct archive_limits *limits,
                         size_t spool)
{
    struct archive_source source = {bytes, ext, limits, spool_folder, spool};
    archive_release(files);
    err_clear(&why);
    return archive_unpack(&files, &source, &reason, &why);
}

static bool unpack(const char *name, const struct archive_limits *limits, size_t spool)
{
    char path[200];
    struct err e;
    const char *bytes = NULL;
    size_t length = 0;
    (void)snprintf(path, sizeof path, FOLDER "%s", name);
    if (!fsfile_read(arena, path, 1 << 20, &bytes, &length, &e)) {
        printf("# %s\n", e.message);
        return false;
    }
    return unpack_bytes((struct str){bytes, length}, ext_of(name), limits, spool);
}

/* The reason and message of a sample, or its files as "name=length …". */
static const char *outcome(const char *name, const struct archive_limits *limits)
{
    static char out[2000];
    size_t used = 0;
    if (!unpack(name, limits, 0)) {
        (void)snprintf(out, sizeof out, "%s: %.500s", package_reason_name(reason), why.message);
        return out;
    }
    out[0] = '\0';
    for (size_t i = 0; i < archive_file_total(files) && used < sizeof out; i++)
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%s=%zu", i ? " " : "",
                                 archive_file_at(files, i)->name, archive_file_at(files, i)->length);
    return out;
}

static bool has_the_bytes(void)
{
    const struct archive_file *a = archive_find(files, "logs/a.bin"), *b = archive_find(files, "b.csv");
    if (!a || !b || a->length != 1024 || b->length != 4 || memcmp(b->bytes, "1,2\n", 4) != 0)
        return false;
    for (size_t i = 0; i < a->length; i++)
        if ((unsigned char)a->bytes[i] != (i & 255))
            return false;
    return true;
}

static void opens_what_other_tools_make(void)
{
    static const char *const names[] = {
        "gnu-names.tar.gz", "gnu-dot.tgz",   "posix.tar.gz",   "gnu.tar.xz",
        "gnu.tar.zst",      "infozip.zip",   "python.zip",     "7z.7z",
        "descriptors.zip",  "padded.tar.gz", "members.tar.gz",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        CHECK_TEXT(outcome(names[i], NULL), "MANIFEST.csv=13 b.csv=4 logs/a.bin=1024 logs/empty.bin=0",
                   names[i]);
        CHECK(has_the_bytes(), "its_files_have_their_bytes");
    }
    CHECK(archive_find(files, "logs/none") == NULL, "a_file_that_is_not_there_is_not_found");
    CHECK_TEXT(outcome("utf8.tar.gz", NULL), "MANIFEST.csv=1 logs/\xE9\xA3\x9F\xE5\xA0\x82.bin=1",
               "names_are_utf8_whatever_the_locale");
    CHECK_TEXT(outcome("utf8.zip", NULL), "MANIFEST.csv=1 logs/\xE9\xA3\x9F\xE5\xA0\x82.bin=1",
               "names_of_a_zip_are_utf8_too");
    CHECK_TEXT(outcome("other-folder.tar.gz", NULL), "MANIFEST.csv=1 data/deep/a=1",
               "a_file_in_another_folder_is_only_unlisted");
}

struct expected {
    const char *name, *outcome;
};

/* An outcome ending in "…" is compared up to there: what follows is libarchive's wording. */
static void check_all(const struct expected *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *found = outcome(all[i].name, NULL), *cut = strstr(all[i].outcome, "\xE2\x80\xA6");
        if (cut)
            CHECK(strncmp(found, all[i].outcome, (size_t)(cut - all[i].outcome)) == 0, all[i].name);
        else
            CHECK_TEXT(found, all[i].outcome, all[i].name);
        CHECK(!files && why.kind == ERR_INPUT, "nothing_is_left_of_it");
    }
}
#define CHECK_ALL(all) check_all(all, sizeof all / sizeof all[0])

#define ETC "\xE2\x80\xA6"
static void tells_what_is_unreadable(void)
{
    static const struct expected all[] = {
        {"empty.tar.gz", "unreadable: not a readable tar.gz archive: gzip, byte 0: the bytes end too early"},
        {"cut.tar.gz", "unreadable: not a readable tar.gz archive: gzip, byte 244: the bytes end too early"},
        {"cut-trailer.tar.gz",
         "unreadable: not a readable tar.gz archive: gzip, byte 487: the bytes end too early"},
        {"crc.tar.gz", "unreadable: not a readable tar.gz archive: gzip, byte 484: incorrect data check"},
        {"length.tar.gz",
         "unreadable: not a readable tar.gz archive: gzip, byte 488: incorrect length check"},
        {"garbage.tar.gz",
         "unreadable: not a readable tar.gz archive: gzip, byte 490: incorrect header check"},
        {"bz2.tar.gz", "unreadable: not a readable tar.gz archive: gzip, byte 2: incorrect header check"},
        {"cut-inside.tar.gz", "unreadable: not a readable tar.gz archive: " ETC},
        {"header.tar.gz", "unreadable: not a readable tar.gz archive: " ETC},
        {"not-tar.tar.gz", "unreadable: not a readable tar.gz archive: " ETC},
        {"zip-inside.tar.gz", "unreadable: not a readable tar.gz archive: " ETC},
        {"twice.tar.gz", "unreadable: not a readable tar.gz archive: " ETC},
        {"cut.tar.xz", "unreadable: not a readable tar.xz archive: " ETC},
        {"damaged.tar.xz", "unreadable: not a readable tar.xz archive: " ETC},
        {"garbage.tar.xz", "unreadable: not a readable tar.xz archive: " ETC},
        {"twice.tar.xz", "unreadable: not a readable tar.xz archive: it is compressed in another way"},
        {"plain.tar.xz", "unreadable: not a readable tar.xz archive: it is compressed in another way"},
        {"cut.tar.zst", "unreadable: not a readable tar.zst archive: " ETC},
        {"damaged.tar.zst", "unreadable: not a readable tar.zst archive: " ETC},
        {"text.zip", "unreadable: not a readable zip archive: " ETC},
        {"cut.zip", "unreadable: not a readable zip archive: " ETC},
        {"7z.zip", "unreadable: not a readable zip archive: " ETC},
        {"crc.zip", "unreadable: entry \"b.csv\": not a readable zip archive: ZIP bad CRC" ETC},
        {"infozip-encrypted.zip",
         "unreadable: entry \"logs/a.bin\": not a readable zip archive: it is encrypted"},
        {"cut.7z", "unreadable: not a readable 7z archive: " ETC},
        {"damaged.7z", "unreadable: entry \"MANIFEST.csv\": not a readable 7z archive: " ETC},
        {"7z-encrypted.7z", "unreadable: entry \"MANIFEST.csv\": not a readable 7z archive: it is encrypted"},
        {"7z-encrypted-names.7z", "unreadable: not a readable 7z archive: " ETC},
    };
    CHECK_ALL(all);
}

static void tells_what_is_unsafe(void)
{
    static const struct expected all[] = {
        {"absolute.tar.gz", "unsafe_entry: entry \"/etc/passwd\": an absolute name"},
        {"dotdot.tar.gz", "unsafe_entry: entry \"../evil\": a name with an empty, \".\" or \"..\" part"},
        {"dotdot-inside.tar.gz",
         "unsafe_entry: entry \"logs/../../evil\": a name with an empty, \".\" or \"..\" part"},
        {"dotdot-folder.tar.gz", "unsafe_entry: entry \"../\": a name with an empty, \".\" or \"..\" part"},
        {"dotdot.zip", "unsafe_entry: entry \"../evil\": a name with an empty, \".\" or \"..\" part"},
        {"backslash.tar.gz",
         "unsafe_entry: entry \"logs\\evil\": a name with a backslash or a control character"},
        {"control.tar.gz",
         "unsafe_entry: entry \"logs/a?b\": a name with a backslash or a control character"},
        {"symlink.tar.gz", "unsafe_entry: entry \"logs/a\": neither a file nor a folder"},
        {"symlink.zip", "unsafe_entry: entry \"logs/a\": neither a file nor a folder"},
        {"hardlink.tar.gz", "unsafe_entry: entry \"logs/a\": neither a file nor a folder"},
        {"fifo.tar.gz", "unsafe_entry: entry \"logs/a\": neither a file nor a folder"},
        {"device.tar.gz", "unsafe_entry: entry \"logs/a\": neither a file nor a folder"},
        {"twice-named.tar.gz", "unsafe_entry: entry \"logs/a\": two entries of one name"},
        {"gbk-name.tar.gz", "unsafe_entry: entry \"logs/??\": a name that is not utf-8"},
        {"gbk-name.zip", "unsafe_entry: entry \"logs/??\": a name that is not utf-8"},
    };
    CHECK_ALL(all);
}

static void tells_what_is_over_a_limit(void)
{
    static const struct expected all[] = {
        {"ratio.zip", "limit: entry \"logs/a\": more than \"200\" bytes unpacked of each byte packed"},
        {"ratio.tar.gz", "limit: more than \"1000\" bytes unpacked of each byte of the package"},
        {"ratio.7z", "limit: more than \"1000\" bytes unpacked of each byte of the package"},
        {"bomb.tar.xz", "limit: more than \"1000\" bytes unpacked of each byte of the package"},
    };
    CHECK_ALL(all);
    CHECK_TEXT(outcome("ratio-below.zip", NULL), "MANIFEST.csv=1 logs/a=1048576",
               "a_zip_entry_of_1_mib_may_be_packed_well");
    CHECK_TEXT(outcome("ratio-below.tar.gz", NULL), "MANIFEST.csv=1 logs/a=16777215",
               "a_tar_of_16_mib_may_be_packed_well");
    struct archive_limits small = archive_default_limits;
    small.unpacked_bytes = 1040;
    CHECK_TEXT(outcome("python.zip", &small), "limit: more than \"1040\" bytes unpacked",
               "a_zip_keeps_to_its_bytes");
    CHECK_TEXT(outcome("gnu-dot.tgz", &small), "limit: more than \"1040\" bytes unpacked",
               "a_tar_keeps_to_its_bytes");
    CHECK_TEXT(outcome("7z.7z", &small), "limit: more than \"1040\" bytes unpacked",
               "a_7z_keeps_to_its_bytes");
    small.unpacked_bytes = 1041;
    CHECK_TEXT(outcome("gnu-dot.tgz", &small), "MANIFEST.csv=13 b.csv=4 logs/a.bin=1024 logs/empty.bin=0",
               "bytes_at_the_limit_are_good");
    small.entries = 4;
    CHECK_TEXT(outcome("python.zip", &small), "MANIFEST.csv=13 b.csv=4 logs/a.bin=1024 logs/empty.bin=0",
               "entries_at_the_limit_are_good");
    small.entries = 3;
    CHECK_TEXT(outcome("python.zip", &small), "limit: more than \"3\" entries", "one_entry_more_is_over");
}

static void the_first_reason_wins(void)
{
    struct archive_limits one = archive_default_limits;
    one.entries = 1;
    CHECK_TEXT(outcome("ratio-and-crc.zip", NULL),
               "unreadable: entry \"b.csv\": not a readable zip archive: ZIP bad CRC: 0x52f52e43 should be "
               "0xa06683bf",
               "unreadable_comes_before_limit");
    CHECK(strncmp(outcome("crc.zip", &one), "unreadable", 10) == 0, "it_reads_on_behind_too_many_entries");
    CHECK(strncmp(outcome("unsafe-and-cut.tar.gz", NULL), "unreadable", 10) == 0,
          "unreadable_comes_before_unsafe");
    CHECK(strncmp(outcome("dotdot.tar.gz", &one), "limit", 5) == 0, "limit_comes_before_unsafe");
}

static size_t names_in(const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    while (dir && readdir(dir))
        count++;
    if (dir)
        (void)closedir(dir);
    return count;
}

static void spools_what_is_large(void)
{
    static const char *const names[] = {"gnu-dot.tgz", "gnu.tar.xz", "python.zip", "7z.7z"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        CHECK(unpack(names[i], NULL, 100) && has_the_bytes(), "a_package_larger_than_its_memory_is_read");
    CHECK_INT(names_in(spool_folder), 2, "its_spool_has_no_name");
    CHECK(unpack("ratio-below.tar.gz", NULL, 1 << 20), "a_package_of_16_mib_is_read_by_1_mib");
    (void)rmdir(spool_folder);
    CHECK(!unpack("python.zip", NULL, 100) && why.kind == ERR_DISK && reason == PACKAGE_GOOD,
          "a_spool_that_cannot_be_written_says_nothing_of_the_package");
    CHECK(unpack("python.zip", NULL, 0), "a_small_package_needs_no_spool_file");
}

static void leaves_the_locale_alone(void)
{
    (void)setlocale(LC_ALL, "C");
    CHECK_TEXT(outcome("utf8.tar.gz", NULL), "MANIFEST.csv=1 logs/\xE9\xA3\x9F\xE5\xA0\x82.bin=1",
               "names_are_utf8_in_the_c_locale");
    CHECK(uselocale((locale_t)0) == LC_GLOBAL_LOCALE, "the_thread_has_its_locale_back");
}

int main(void)
{
    struct err e;
    if (!arena_open(&arena, 64 << 20, &e) || !mkdtemp(spool_folder))
        return 1;
    opens_what_other_tools_make();
    tells_what_is_unreadable();
    tells_what_is_unsafe();
    tells_what_is_over_a_limit();
    the_first_reason_wins();
    leaves_the_locale_alone();
    spools_what_is_large();
    archive_release(files);
    arena_close(arena);
    (void)rmdir(spool_folder);
    return tap_end();
}
