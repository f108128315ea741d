#include "tests/fuzz/fuzz_log.h"

FUZZ_LOG("pkg-csv/1")
