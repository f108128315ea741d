#include "formats/charset.h"

#include "tests/fuzz/fuzz.h"

/* What was converted is UTF-8, and reading it once more leaves it as it is, but for a BOM, which is left out each time. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e;
    struct str text, again;
    struct arena *arena = fuzz_arena();
    if (!charset_read(arena, "t.csv", fuzz_text(data, size), &text, &e)) {
        fuzz_check_refusal(&e);
        return 0;
    }
    MUST(str_is_utf8(text));
    if (text.length >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
        return 0;
    MUST(charset_read_utf8("t.csv", text, &again, &e));
    MUST(again.data == text.data && again.length == text.length);
    return 0;
}
