#include "tests/fuzz/fuzz_log.h"

FUZZ_LOG("gate-xml/1")
