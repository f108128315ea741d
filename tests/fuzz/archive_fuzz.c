#include "formats/archive.h"

#include "base/crypto.h"
#include "base/gzip.h"
#include "tests/fuzz/fuzz.h"

static const struct archive_limits limits = {.entries = 20, .unpacked_bytes = 1 << 17, .zip_ratio = 200,
                                             .zip_ratio_bytes = 1 << 13, .whole_ratio = 1000, .whole_ratio_bytes = 1 << 14};

/* What a package of these first bytes is likely to be; else what its length says, so that each is tried on anything. */
static enum package_ext ext_of(struct str bytes)
{
    static const struct {
        const char *magic;
        size_t length;
        enum package_ext ext;
    } kinds[] = {{"\x1F\x8B", 2, PACKAGE_TAR_GZ}, {"\xFD" "7zXZ", 5, PACKAGE_TAR_XZ},
                 {"\x28\xB5\x2F\xFD", 4, PACKAGE_TAR_ZST}, {"PK", 2, PACKAGE_ZIP}, {"7z\xBC\xAF", 4, PACKAGE_7Z}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (bytes.length >= kinds[i].length && memcmp(bytes.data, kinds[i].magic, kinds[i].length) == 0)
            return kinds[i].ext;
    return (enum package_ext)(bytes.length % (PACKAGE_7Z + 1));
}

static bool name_is_safe(const char *name)
{
    return name[0] != '\0' && name[0] != '/' && !strstr(name, "//") && !strchr(name, '\\') && str_is_utf8(str_of(name)) &&
           strncmp(name, "../", 3) != 0 && !strstr(name, "/../") && strcmp(name, "..") != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e;
    struct archive_files *files = NULL;
    enum package_reason reason = PACKAGE_GOOD;
    struct archive_source source = {.bytes = fuzz_text(data, size), .limits = &limits, .spool_folder = "/tmp",
                                    .spool_bytes = 1 << 16};
    source.ext = ext_of(source.bytes);
    if (!archive_unpack(&files, &source, &reason, &e)) {
        fuzz_check_refusal(&e);
        MUST(!files && (reason == PACKAGE_UNREADABLE || reason == PACKAGE_LIMIT || reason == PACKAGE_UNSAFE_ENTRY));
        return 0;
    }
    uint64_t total = 0;
    MUST(reason == PACKAGE_GOOD && archive_file_total(files) <= limits.entries);
    for (size_t i = 0; i < archive_file_total(files); i++) {
        const struct archive_file *file = archive_file_at(files, i);
        MUST(name_is_safe(file->name) && archive_find(files, file->name) == file);
        MUST(i == 0 || strcmp(archive_file_at(files, i - 1)->name, file->name) < 0);
        total += file->length;
        (void)fuzz_touch((struct str){file->bytes, file->length});
    }
    MUST(total <= limits.unpacked_bytes);
    archive_release(files);
    return 0;
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

enum { TAR_BYTES = 8192, STORED_HEADER = 15, STORED_TRAILER = 8 };

struct tar {
    uint8_t bytes[TAR_BYTES];
    size_t length;
};

static bool take(void *context, const char *bytes, size_t length, struct err *e)
{
    struct tar *tar = context;
    if (length > TAR_BYTES - tar->length)
        return err_set(e, ERR_INPUT, "more than is of use here");
    memcpy(tar->bytes + tar->length, bytes, length);
    tar->length += length;
    return true;
}

static uint8_t *put_little(uint8_t *at, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++, value >>= 8)
        *at++ = (uint8_t)value;
    return at;
}

/* A gzip of one block that is stored as it is. */
static size_t store(const struct tar *tar, uint8_t *out)
{
    static const uint8_t begin[] = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1};
    memcpy(out, begin, sizeof begin);
    uint8_t *at = put_little(put_little(out + sizeof begin, (uint32_t)tar->length, 2), ~(uint32_t)tar->length, 2);
    memcpy(at, tar->bytes, tar->length);
    at = put_little(at + tar->length, crypto_crc32(tar->bytes, tar->length), 4);
    return (size_t)(put_little(at, (uint32_t)tar->length, 4) - out);
}

/* A change of the tar within a gzip, two times of three: else nearly all inputs would end at its check sum. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static struct tar tar;
    struct err e;
    tar.length = 0;
    if (seed % 3 == 0 || size < 2 || data[0] != 0x1F || !gzip_expand(fuzz_text(data, size), take, &tar, &e))
        return LLVMFuzzerMutate(data, size, max_size);
    tar.length = LLVMFuzzerMutate(tar.bytes, tar.length, TAR_BYTES);
    if (tar.length + STORED_HEADER + STORED_TRAILER > max_size)
        return LLVMFuzzerMutate(data, size, max_size);
    return store(&tar, data);
}
