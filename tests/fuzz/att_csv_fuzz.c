#include "tests/fuzz/fuzz_log.h"

FUZZ_LOG("att-csv/1")
