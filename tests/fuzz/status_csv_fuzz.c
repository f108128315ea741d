#include "tests/fuzz/fuzz_log.h"

FUZZ_LOG("status-csv/1")
