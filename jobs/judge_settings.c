#include "jobs/judge_settings.h"

bool judge_settings_read(struct job_context *context, struct judge_rules *rules, struct err *e)
{
    const struct settings *settings = context->settings;
    size_t count = 0;
    for (int c = 0; c < CARD_CLASS_COUNT; c++) {
        rules->single_fen[c] = settings_limit_single_fen(settings, c);
        rules->day_fen[c] = settings_limit_day_fen(settings, c);
    }
    rules->bad_time_after_s = (int32_t)settings->rules.bad_time_after_minutes * 60;
    rules->bad_time_before_days = (int32_t)settings->rules.bad_time_before_days;
    settings_meals(settings, "", rules->meals);
    while (settings_meals_merchant(settings, count))
        count++;
    struct merchant_meals *meals = arena_array(context->arena, count + 1, sizeof *meals, e);
    for (size_t i = 0; meals && i < count; i++) {
        const char *merchant_no = settings_meals_merchant(settings, i);
        if (!str_to_int64(str_of(merchant_no), &meals[i].merchant_no))
            return err_set(e, ERR_USAGE, "[rules] meals.%s: \"%s\" is no merchant_no", merchant_no, merchant_no);
        settings_meals(settings, merchant_no, meals[i].until);
    }
    if (meals)
        judge_sort_meals(meals, count);
    rules->merchant_meals = meals;
    rules->merchant_meal_count = count;
    return meals != NULL;
}
