#include "formats/blacklist.h"

#include "base/crypto.h"
#include "tests/fuzz/fuzz.h"

/* What the writer gives is held against what was read. */
static bool compare(void *context, const char *bytes, size_t length, struct err *e)
{
    struct str *left = context;
    (void)e;
    MUST(length <= left->length && memcmp(left->data, bytes, length) == 0);
    *left = (struct str){left->data + length, left->length - length};
    return true;
}

/* A list that is read to its end is the one that the writer makes of its heading and rows, to the byte. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct blacklist_writer writer;
    struct err e;
    struct blacklist_reader reader;
    struct blacklist_row row;
    struct str text = fuzz_text(data, size), left = text;
    bool more = true, good = blacklist_read_open(&reader, text, &e);
    struct blacklist_head head = good ? reader.head : (struct blacklist_head){0};
    while (good && more)
        good = blacklist_read_row(&reader, &row, &more, &e);
    if (!good) {
        fuzz_check_refusal(&e);
        return 0;
    }
    MUST(blacklist_read_open(&reader, text, &e) && blacklist_write_open(&writer, &head, compare, &left, &e));
    for (int32_t i = 0; i < head.count; i++)
        MUST(blacklist_read_row(&reader, &row, &more, &e) && more && blacklist_write_row(&writer, &row, &e));
    MUST(blacklist_write_close(&writer, &e) && left.length == 0);
    return 0;
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* A change, three times of four cut into lines of the right length under a count and a CRC that are right. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    enum { HEAD = 26, ROW = 27, LAST = 10, COUNT_AT = 18 };
    char count[8], crc[LAST + 1];
    size = LLVMFuzzerMutate(data, size, max_size);
    if (seed % 4 == 0 || size < HEAD + LAST)
        return size;
    size_t rows = (size - HEAD - LAST) / ROW;
    (void)snprintf(count, sizeof count, "%06zu\r\n", rows);
    memcpy(data + COUNT_AT, count, HEAD - COUNT_AT);
    for (size_t i = 0; i < rows; i++)
        memcpy(data + HEAD + (i + 1) * ROW - 2, "\r\n", 2);
    (void)snprintf(crc, sizeof crc, "%08X\r\n", crypto_crc32(data, HEAD + rows * ROW));
    memcpy(data + HEAD + rows * ROW, crc, LAST);
    return HEAD + rows * ROW + LAST;
}
