#include "reports/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/str.h"

#define WORDS_ROW(name, zh, en) {zh, en},
static const char *const texts[WORD_COUNT][LANGUAGE_COUNT] = {WORDS_LIST(WORDS_ROW)};
#undef WORDS_ROW

struct code_name {
    enum words_domain domain;
    const char *code;
    const char *text[LANGUAGE_COUNT];
};

static const struct code_name codes[] = {
    {WORDS_VERDICT, "malformed", {"记录不合格式", "malformed record"}},
    {WORDS_VERDICT, "duplicate", {"重复记录", "duplicate"}},
    {WORDS_VERDICT, "conflict", {"同号不同内容", "same number, other content"}},
    {WORDS_VERDICT, "tac_bad", {"TAC 不符", "wrong TAC"}},
    {WORDS_VERDICT, "bad_arithmetic", {"余额算不平", "balances do not add up"}},
    {WORDS_VERDICT, "counter_conflict", {"计数器冲突（疑似克隆卡）", "counter conflict (clone suspected)"}},
    {WORDS_VERDICT, "gray", {"灰记录", "gray record"}},
    {WORDS_VERDICT, "unmatched_reversal", {"找不到原消费的冲正", "reversal without its purchase"}},
    {WORDS_VERDICT, "merchant_pays", {"挂失后消费（商户承担）", "after loss report (merchant pays)"}},
    {WORDS_VERDICT, "unknown_terminal", {"未登记终端或商户", "unknown terminal or merchant"}},
    {WORDS_VERDICT, "unknown_card", {"未登记的卡", "unknown card"}},
    {WORDS_VERDICT, "card_not_valid", {"卡已失效", "card not valid"}},
    {WORDS_VERDICT, "blacklisted", {"挂失后消费（中心承担）", "after loss report (bureau pays)"}},
    {WORDS_VERDICT, "bad_time", {"时间异常", "impossible time"}},
    {WORDS_VERDICT, "over_limit", {"超过限额", "over the limit"}},
    {WORDS_VERDICT, "class_refused", {"卡类不允许", "card class not allowed"}},
    {WORDS_VERDICT, "balance_break", {"卡余额不连续", "card balance breaks"}},
    {WORDS_VERDICT, "negative_balance", {"卡户余额为负", "purse below zero"}},
    {WORDS_VERDICT, "sequence_gap", {"终端流水缺号", "gap in a terminal's sequence"}},
    {WORDS_VERDICT, "counter_gap", {"卡计数器缺号", "gap in a card's counter"}},
    {WORDS_VERDICT, "file_refused", {"日志文件被拒", "log file refused"}},
    {WORDS_VERDICT, "device_total", {"终端总数不符", "terminal total differs"}},
    {WORDS_TRANSFER, "opening", {"期初余额", "opening balance"}},
    {WORDS_TRANSFER, "purchase", {"消费", "purchase"}},
    {WORDS_TRANSFER, "reversal", {"冲正", "reversal"}},
    {WORDS_TRANSFER, "load", {"圈存", "load"}},
    {WORDS_TRANSFER, "subsidy_grant", {"补助发放", "subsidy granted"}},
    {WORDS_TRANSFER, "subsidy_draw", {"补助领取", "subsidy drawn"}},
    {WORDS_TRANSFER, "subsidy_lapse", {"补助过期", "subsidy lapsed"}},
    {WORDS_TRANSFER, "bank_debit", {"银行扣款", "bank debit"}},
    {WORDS_TRANSFER, "bank_return", {"银行退回", "bank return"}},
    {WORDS_TRANSFER, "cash_topup", {"现金充值", "cash top-up"}},
    {WORDS_TRANSFER, "cash_refund", {"现金退款", "cash refund"}},
    {WORDS_TRANSFER, "card_fee", {"卡工本费", "card fee"}},
    {WORDS_TRANSFER, "cash_to_bank", {"现金缴存银行", "cash to bank"}},
    {WORDS_TRANSFER, "merchant_fee", {"商户手续费", "merchant fee"}},
    {WORDS_TRANSFER, "payout", {"商户付款", "payout ordered"}},
    {WORDS_TRANSFER, "payout_confirmed", {"付款成功", "payout confirmed"}},
    {WORDS_TRANSFER, "payout_refused", {"付款退回", "payout refused"}},
    {WORDS_TRANSFER, "card_closed", {"销户转出", "card closed"}},
    {WORDS_TRANSFER, "card_replaced", {"换卡转移", "card replaced"}},
    {WORDS_TRANSFER, "adjustment", {"调账", "adjustment"}},
    {WORDS_ACCOUNT, "1001", {"库存现金", "cash"}},
    {WORDS_ACCOUNT, "1002", {"银行存款", "bank"}},
    {WORDS_ACCOUNT, "1122", {"圈存在途", "due from bank"}},
    {WORDS_ACCOUNT, "1221", {"校际往来", "between schools"}},
    {WORDS_ACCOUNT, "1298", {"待处理短款", "suspense, owed to us"}},
    {WORDS_ACCOUNT, "2001", {"卡户存款", "card purses"}},
    {WORDS_ACCOUNT, "2002", {"卡押金", "card deposits"}},
    {WORDS_ACCOUNT, "2004", {"应付商户", "merchants payable"}},
    {WORDS_ACCOUNT, "2203", {"待领补助", "subsidy to claim"}},
    {WORDS_ACCOUNT, "2204", {"付款在途", "payments under way"}},
    {WORDS_ACCOUNT, "2205", {"待领圈存", "top-ups to claim"}},
    {WORDS_ACCOUNT, "2206", {"应付退卡款", "refunds payable"}},
    {WORDS_ACCOUNT, "2298", {"待处理长款", "suspense, we owe"}},
    {WORDS_ACCOUNT, "3001", {"期初", "opening"}},
    {WORDS_ACCOUNT, "3101", {"补助基金", "subsidy fund"}},
    {WORDS_ACCOUNT, "6002", {"手续费收入", "fee income"}},
    {WORDS_ACCOUNT, "6005", {"工本费收入", "card fee income"}},
    {WORDS_ACCOUNT, "6201", {"挂失损失", "loss on lost cards"}},
    {WORDS_REASON, "unreadable", {"无法读取", "unreadable"}},
    {WORDS_REASON, "limit", {"超过大小限制", "over a limit"}},
    {WORDS_REASON, "unsafe_entry", {"含不安全条目", "unsafe entry"}},
    {WORDS_REASON, "bad_manifest", {"清单错误", "bad manifest"}},
    {WORDS_REASON, "bad_signature", {"签名不符", "bad signature"}},
    {WORDS_REASON, "missing_file", {"缺少文件", "file missing"}},
    {WORDS_REASON, "unlisted_file", {"有未列文件", "file not listed"}},
    {WORDS_REASON, "bad_digest", {"摘要不符", "digest differs"}},
    {WORDS_REASON, "renamed_content", {"同名不同内容", "same name, other bytes"}},
    {WORDS_REASON, "key_missing", {"缺少密钥", "key missing"}},
    {WORDS_REASON, "", {"待下一轮处理", "for the next run"}},
    {WORDS_STATE, "waiting", {"等待", "waiting"}},
    {WORDS_STATE, "quarantined", {"隔离", "quarantine"}},
    {WORDS_CLASS, "pos", {"消费机和圈存机", "pos and load machines"}},
    {WORDS_CLASS, "bus", {"校车", "buses"}},
    {WORDS_CLASS, "gate", {"考勤、门禁等其他终端", "all others"}},
    {WORDS_OUTCOME, "post", {"入账", "post"}},
    {WORDS_OUTCOME, "void", {"作废", "void"}},
    {WORDS_OUTCOME, "transfer", {"调账", "transfer"}},
    {WORDS_ANSWER, "waits", {"待复核", "waits"}},
    {WORDS_ANSWER, "approved", {"已复核", "approved"}},
    {WORDS_ANSWER, "refused", {"已驳回", "refused"}},
    {WORDS_CORRECTION, "terminal_fault", {"终端故障", "fault of the terminal"}},
    {WORDS_CORRECTION, "collector_fault", {"采集故障", "fault on the way"}},
    {WORDS_CORRECTION, "lost_records", {"记录无法找回", "records lost for ever"}},
    {WORDS_CORRECTION, "clone", {"克隆卡", "copied card"}},
    {WORDS_CORRECTION, "test_record", {"测试交易", "trial, no sale"}},
    {WORDS_CORRECTION, "duplicate_sale", {"同一消费重复入账", "sale booked twice"}},
    {WORDS_CORRECTION, "merchant_proof", {"商户举证", "proved by the merchant"}},
    {WORDS_CORRECTION, "holder_proof", {"持卡人举证", "proved by the holder"}},
    {WORDS_CORRECTION, "wrong_account", {"记错账户", "wrong account"}},
    {WORDS_CORRECTION, "wrong_amount", {"金额有误", "wrong amount"}},
    {WORDS_CORRECTION, "bureau_decision", {"中心决定", "decided by the bureau"}},
    {WORDS_CORRECTION, "goodwill", {"优惠补偿", "goodwill"}},
    {WORDS_CORRECTION, "seen", {"已核实，无需入账", "seen, nothing to post"}},
};

bool words_language(const char *name, enum language *language)
{
    if (strcmp(name, "zh_CN") == 0)
        *language = LANGUAGE_ZH_CN;
    else if (strcmp(name, "en") == 0)
        *language = LANGUAGE_EN;
    else
        return false;
    return true;
}

const char *words_language_tag(enum language language)
{
    return language == LANGUAGE_EN ? "en" : "zh-CN";
}

const char *words_text(enum language language, enum word word)
{
    ALWAYS(word < WORD_COUNT && language < LANGUAGE_COUNT);
    return texts[word][language];
}

const char *words_fill(struct arena *arena, enum language language, enum word word, size_t count,
                       const char *const *values, struct err *e)
{
    struct buf text;
    buf_open(&text, (size_t)1 << 16);
    for (const char *at = words_text(language, word); *at != '\0'; at++) {
        if (at[0] == '{' && at[1] >= '1' && at[1] <= '9' && at[2] == '}') {
            size_t place = (size_t)(at[1] - '1');
            ALWAYS(place < count);
            buf_add_text(&text, values[place]);
            at += 2;
        } else {
            buf_add(&text, at, 1);
        }
    }
    const char *copy = buf_ok(&text, e) ? arena_copy(arena, text.data, text.length, e) : NULL;
    buf_close(&text);
    return copy;
}

const char *words_code(enum language language, enum words_domain domain, const char *code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].domain == domain && strcmp(codes[i].code, code) == 0)
            return codes[i].text[language];
    return code;
}

void words_long_date(enum language language, int32_t day, char out[WORDS_DATE_BYTES])
{
    static const char *const weekdays[LANGUAGE_COUNT][7] = {
        {"星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"},
        {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}};
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    int year, month, day_of_month;
    date_to_civil(day, &year, &month, &day_of_month);
    const char *weekday = weekdays[language][date_weekday(day) - 1];
    if (language == LANGUAGE_EN)
        snprintf(out, WORDS_DATE_BYTES, "%s %d %s %d", weekday, day_of_month, months[month - 1], year);
    else
        snprintf(out, WORDS_DATE_BYTES, "%d年%d月%d日 %s", year, month, day_of_month, weekday);
}

const char *words_weekday(enum language language, int32_t day)
{
    static const char *const names[LANGUAGE_COUNT][7] = {
        {"周一", "周二", "周三", "周四", "周五", "周六", "周日"},
        {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}};
    return names[language][date_weekday(day) - 1];
}
