#include "tests/fuzz/fuzz_log.h"
#include "tests/unit/formats/pos_bin_sample.h"

FUZZ_LOG("pos-bin/1")

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* A change, three times of four with every CRC made right again and, of these, every other time with a header that counts
 * and sums what is there: else nearly all inputs would end at a CRC. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    size = LLVMFuzzerMutate(data, size, max_size);
    if (seed % 4 == 0 || size < 64)
        return size;
    size -= size % 64;
    for (size_t at = 64; at < size; at += 64)
        sample_sign(data + at);
    if (seed % 8 < 4)
        sample_header(data, (uint32_t)(size / 64 - 1));
    else
        sample_sign(data);
    return size;
}
