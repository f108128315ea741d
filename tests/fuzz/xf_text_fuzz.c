#include "tests/fuzz/fuzz_log.h"

FUZZ_LOG("xf-text/1")

enum { HEADING = 44, LINE = 158, RECORD = LINE + 1 };

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* A change, three times of four into lines of the right length under a heading that counts them: a byte more or less would
 * refuse the file before a field of it is looked at. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    char heading[HEADING + 2];
    size = LLVMFuzzerMutate(data, size, max_size);
    if (seed % 4 == 0 || size < HEADING + 1)
        return size;
    size_t records = (size - HEADING - 1) / RECORD;
    for (size_t i = 0; i < records; i++)
        data[HEADING + 1 + i * RECORD + LINE] = '\n';
    (void)snprintf(heading, sizeof heading, "XF01%08zu00000158FFFFFFFFFFFFFFFFFFFFFFFF\n", records);
    memcpy(data, heading, HEADING + 1);
    return HEADING + 1 + records * RECORD;
}
