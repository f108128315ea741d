#include "base/record.h"

const char *record_malformed_text(enum malformed why)
{
    switch (why) {
    case MALFORMED_NOT:
        return "";
    case MALFORMED_CRC:
        return "crc differs";
    case MALFORMED_KIND:
        return "kind is not defined";
    case MALFORMED_MARK:
        return "mark is not defined for this kind";
    case MALFORMED_KEY:
        return "key nibble is not defined";
    case MALFORMED_SEQUENCE:
        return "device sequence is 0";
    case MALFORMED_COUNTER:
        return "card counter is 0";
    case MALFORMED_CARD:
        return "card number is not valid";
    case MALFORMED_TIME:
        return "date or time does not exist";
    case MALFORMED_AMOUNT:
        return "amount is 0";
    case MALFORMED_REVERSAL:
        return "reversal without reference or with a tac";
    case MALFORMED_ZERO:
        return "bytes that must be zero are not";
    case MALFORMED_FIELD:
        return "a field is not of its form";
    case MALFORMED_COLUMNS:
        return "the row has another number of columns than the heading";
    case MALFORMED_NUMBER:
        return "a number is none, or too large";
    case MALFORMED_TAC:
        return "tac is not 8 hex digits";
    case MALFORMED_CHIP:
        return "chip is not defined";
    case MALFORMED_LOCK:
        return "lock flag is not defined, or a lock with an amount or a gray flag";
    case MALFORMED_CARRIED:
        return "previous transaction is not of its form";
    case MALFORMED_MERCHANT:
        return "merchant is not the terminal's on that day";
    }
    return "not known";
}
