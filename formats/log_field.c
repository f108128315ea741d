#include "formats/log_field.h"

#include <string.h>

bool log_field_number(struct str text, uint32_t *value)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned digit = (unsigned char)text.data[i] - (unsigned)'0';
        sum = sum * 10 + digit;
        if (digit > 9 || sum > UINT32_MAX)
            return false;
    }
    *value = (uint32_t)sum;
    return text.length > 0;
}

bool log_field_device(struct str text, uint32_t *device_no)
{
    return text.length == 8 && log_field_number(text, device_no);
}

bool log_field_card(struct str text, int64_t *card_no)
{
    static const uint8_t doubled[10] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9}; /* the digits of twice a digit, summed up */
    if (text.length == 20 && memcmp(text.data, "00", 2) == 0)
        text = (struct str){text.data + 2, 18};
    if (text.length != 18)
        return false;
    int64_t number = 0;
    unsigned luhn = 0;
    for (size_t i = 0; i < 18; i++) {
        unsigned digit = (unsigned char)text.data[i] - (unsigned)'0';
        if (digit > 9)
            return false;
        number = number * 10 + digit;
        luhn += i % 2 == 0 ? doubled[digit] : digit;
    }
    if (luhn % 10 != 0)
        return false;
    *card_no = number;
    return true;
}

uint8_t log_field_choice(struct str text, const char *const *words, uint8_t word_count)
{
    for (uint8_t i = 0; i < word_count; i++)
        if (str_equal(text, words[i]))
            return (uint8_t)(i + 1);
    return 0;
}
