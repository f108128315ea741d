/* words_list: every word that a report says: X(NAME, Chinese, English). Included by words.h only. */
#ifndef DAYBOOK_REPORTS_WORDS_LIST_H
#define DAYBOOK_REPORTS_WORDS_LIST_H

#define WORDS_LIST(X)                                                                                        \
    WORDS_COMMON(X)                                                                                          \
    WORDS_VERDICTS(X)                                                                                        \
    WORDS_CHECKS(X)                                                                                          \
    WORDS_TABLES(X)                                                                                          \
    WORDS_LISTS(X)                                                                                           \
    WORDS_TERMS(X)                                                                                           \
    WORDS_INDEX(X)

#define WORDS_COMMON(X)                                                                                      \
    X(PAGE_OF, "{1} · {2}", "{1} · {2}")                                                                     \
    X(YUAN, "元", "yuan")                                                                                    \
    X(PROVENANCE, "出处", "Where it comes from")                                                             \
    X(TOTAL, "合计", "Total")                                                                                \
    X(LIST_MARK, "、", ", ")                                                                                 \
    X(SENTENCE_MARK, "", " ")                                                                                \
    X(NONE, "无", "none")                                                                                    \
    X(ALL_AMOUNTS, "金额单位：元", "Amounts in yuan")                                                        \
    X(TONE_GOOD, "正常", "good")                                                                             \
    X(TONE_ATTENTION, "注意", "attention")                                                                   \
    X(TONE_ALARM, "警报", "alarm")                                                                           \
    X(CHART_LABEL, "{1}：从 {2} 到 {3}，最后一天 {4} 元", "{1}: from {2} to {3}, on the last day {4} yuan")  \
    X(DATE, "日期", "Date")

#define WORDS_VERDICTS(X)                                                                                    \
    X(MORNING_TITLE, "日清晨报", "Morning page")                                                             \
    X(VERDICT_GOOD, "可以放心使用", "The figures can be trusted")                                            \
    X(VERDICT_TASKS, "数字可以使用，有 {1} 类事项要处理", "The figures can be used; things to do: {1}")      \
    X(VERDICT_UNSEALED, "尚未封账，数字还可能变动", "Not sealed yet: the figures may still change")          \
    X(VERDICT_ALARM, "请先不要使用这些数字", "Do not use these figures yet")                                 \
    X(SAY_BALANCED_SEALED, "账已平，已封账。", "The books balance and the day is sealed.")                   \
    X(SAY_BALANCED, "到目前为止账是平的。", "So far the books balance.")                                     \
    X(SAY_UNBALANCED, "试算不平，或收录与处理结果对不上。请联系值班人员。",                                  \
      "The trial balance does not close, or what was collected is not what was judged. Call the person on "  \
      "duty.")                                                                                               \
    X(SAY_ALL_REPORTED, "应报的 {1} 所学校、{2} 台终端全部上报。",                                           \
      "All {1} schools and {2} terminals that were due have reported.")                                      \
    X(SAY_SOME_REPORTED, "应报的 {1} 台终端中有 {2} 台未上报，这些终端的消费还不在账内。",                   \
      "Of {1} terminals due, {2} have not reported: their purchases are not in the books yet.")              \
    X(SAY_NOT_DUE, "当日不是上课日，不要求终端上报。",                                                       \
      "It was no school day: no terminal was due to report.")                                                \
    X(SAY_NOTHING_TO_DO, "没有要人处理的事。", "Nothing needs a person.")                                    \
    X(TILE_TURNOVER, "当日营业额", "Turnover of the day")                                                    \
    X(TILE_PURCHASES, "消费笔数", "Purchases")                                                               \
    X(TILE_FEE, "手续费", "Fees")                                                                            \
    X(TILE_NET, "应付商户净额", "Net to merchants")                                                          \
    X(TILE_PAYABLE, "应付商户余额", "Payable to merchants")                                                  \
    X(TILE_HELD, "当日挂起", "Held today")                                                                   \
    X(TILE_LATE, "迟到入账", "Late money")                                                                   \
    X(AGAINST_DAY_BEFORE, "较前一日 {1}", "{1} on the day before")                                           \
    X(OF_TURNOVER, "营业额 − 手续费", "turnover − fees")                                                     \
    X(AT_END_OF_DAY, "日终余额", "at the end of the day")                                                    \
    X(COUNT_PIECES, "{1} 笔", "records: {1}")                                                                \
    X(EACH, "平均每笔 {1} 元", "{1} yuan each")                                                              \
    X(WITH_REVERSALS, "另有冲正 {1} 笔", "reversals: {1}")

#define WORDS_CHECKS(X)                                                                                      \
    X(CHECKS_TRUST, "能否放心", "Can it be trusted")                                                         \
    X(CHECKS_TASKS, "要做什么", "What needs a person")                                                       \
    X(CHECK_SEAL, "封账", "Seal")                                                                            \
    X(SEALED, "已封账", "sealed")                                                                            \
    X(SEALED_DETAIL, "{1} 笔转账，共 {2} 元", "{1} transfers, {2} yuan")                                     \
    X(NOT_SEALED, "未封账", "not sealed")                                                                    \
    X(CHECK_BALANCE, "试算平衡", "Trial balance")                                                            \
    X(BALANCED, "平", "closes")                                                                              \
    X(BALANCED_DETAIL, "借方发生 = 贷方发生 = {1} 元", "debit = credit = {1} yuan")                          \
    X(UNBALANCED, "不平", "does not close")                                                                  \
    X(UNBALANCED_DETAIL, "发生额差 {1} 元，期末差 {2} 元", "movements differ by {1}, closing by {2} yuan")   \
    X(UNMOVED_DETAIL, "转账合计与发生额差 {1} 元", "transfers differ from it by {1} yuan")                     \
    X(CHECK_CONSERVATION, "收录守恒", "Nothing lost")                                                        \
    X(CONSERVED, "一致", "holds")                                                                            \
    X(CONSERVED_DETAIL, "收录 {1} 条 = 入账 + 重复 + 挂起 + 拒收",                                           \
      "{1} records collected = posted + duplicate + held + rejected")                                        \
    X(NOT_CONSERVED, "对不上", "does not hold")                                                              \
    X(CHECK_SCHOOLS, "学校上报", "Schools reported")                                                         \
    X(CHECK_TERMINALS, "终端上报", "Terminals reported")                                                     \
    X(PART_OF, "{1} / {2}", "{1} of {2}")                                                                    \
    X(NOT_DUE, "不要求", "not due")                                                                          \
    X(CHECK_PACKAGES, "数据包", "Packages")                                                                  \
    X(PACKAGES_POSTED, "入账 {1} 个", "{1} posted")                                                          \
    X(PACKAGES_DETAIL, "等待 {1} 个，隔离 {2} 个", "{1} waiting, {2} in quarantine")                         \
    X(TASK_TERMINALS, "{1} 台终端未上报", "Terminals not reported: {1}")                                     \
    X(TASK_TERMINALS_DETAIL, "涉及 {1} 所学校，请联系学校或采集员",                                          \
      "schools concerned: {1}; call them or their collector")                                                \
    X(TASK_WAITING, "{1} 个数据包在等待", "Packages waiting: {1}")                                           \
    X(TASK_WAITING_DETAIL, "原因消除后下一晚自动入账", "posted by the next night once the cause is mended")  \
    X(TASK_QUARANTINED, "{1} 个数据包被隔离", "Packages in quarantine: {1}")                                 \
    X(TASK_QUARANTINED_DETAIL, "当日新增 {1} 个；修复原因后重新处理",                                        \
      "{1} of them new; mend the cause, then retry")                                                         \
    X(TASK_EXCEPTIONS, "{1} 笔异常待人工处理", "Exceptions that need a person: {1}")                         \
    X(TASK_EXCEPTIONS_DETAIL, "涉及 {1} 元；最久的已 {2} 天", "{1} yuan; the oldest for {2} days")           \
    X(TASK_LEFT_OUT, "{1} 张挂失卡、坏卡在名单上没有位置", "Lost or bad cards without a place on a list: {1}")        \
    X(TASK_LEFT_OUT_DETAIL, "卡上共有 {1} 元；名单容量在设置 [limits] 里",                                    \
      "{1} yuan on them; the places of a list are set in [limits]")                                          \
    X(TASK_BEHIND, "{1} 台终端的名单落后 7 晚以上", "Terminals whose list is more than 7 nights old: {1}")    \
    X(TASK_BEHIND_DETAIL, "终端见 daybook status，请联系学校或采集员",                                        \
      "daybook status names them; call the school or its collector")                                         \
    X(TASK_CORRECTIONS, "{1} 笔更正待第二人复核", "Corrections that wait for a second person: {1}")          \
    X(TASK_CORRECTIONS_DETAIL, "复核后才入账；提出人不能自己复核",                                           \
      "nothing is posted before; who proposed may not approve")                                              \
    X(TASK_NONE, "今天没有", "Nothing today")                                                                \
    X(TASK_BALANCE, "账不平，请联系值班人员", "The books do not close: call the person on duty")             \
    X(SEE_BELOW, "明细", "details")

#define WORDS_TABLES(X)                                                                                      \
    X(HEAD_DAYS, "近七日营业额", "Turnover of seven days")                                                   \
    X(HEAD_REPORTS, "未上报的学校和终端", "Schools and terminals that have not reported")                    \
    X(HEAD_RECORDS, "收录的记录", "Records collected")                                                       \
    X(HEAD_PACKAGES, "等待和隔离的数据包", "Packages that wait or are in quarantine")                        \
    X(HEAD_EXCEPTIONS, "异常", "Exceptions")                                                                 \
    X(HEAD_MOVEMENTS, "当日收支", "Receipts and payments of the day")                                        \
    X(HEAD_BALANCE, "试算平衡表", "Trial balance")                                                           \
    X(HEAD_MERCHANTS, "商户营业额与应付", "Merchants: turnover and payable")                                 \
    X(HEAD_SCHOOLS, "各校合计", "Per school")                                                                \
    X(HEAD_TERMS, "用语说明", "Words used here")                                                             \
    X(SCHOOL_CODE, "学校代码", "School code")                                                                \
    X(SCHOOL, "学校", "School")                                                                              \
    X(DUE, "应报", "Due")                                                                                    \
    X(REPORTED, "已报", "Reported")                                                                          \
    X(SILENT, "未报", "Missing")                                                                             \
    X(SILENT_TERMINALS, "未报终端", "Missing terminals")                                                     \
    X(ALL_HAVE_REPORTED, "应报的终端全部上报。", "Every terminal that was due has reported.")                \
    X(MORE_SCHOOLS, "另有 {1} 所学校共 {2} 台终端未上报，见各校明细。",                                                  \
      "Further schools: {1}, terminals missing there: {2}; see the page of all schools.")                                                 \
    X(RESULT, "结果", "Result")                                                                              \
    X(RECORDS, "条数", "Records")                                                                            \
    X(AMOUNT, "金额", "Amount")                                                                              \
    X(MEANING, "说明", "Meaning")                                                                            \
    X(POSTED, "入账", "Posted")                                                                              \
    X(POSTED_MEANING, "已进总账", "in the books")                                                            \
    X(DUPLICATE, "重复", "Duplicate")                                                                        \
    X(DUPLICATE_MEANING, "同一条记录再次送来，只记一次", "the same record came again; counted once")         \
    X(HELD, "挂起", "Held")                                                                                  \
    X(HELD_MEANING, "有疑点，未入账，不付商户", "in doubt: not posted, not paid to the merchant")            \
    X(REJECTED, "拒收", "Rejected")                                                                          \
    X(REJECTED_MEANING, "读不出的记录，原始字节保留", "cannot be read; the raw bytes are kept")              \
    X(COLLECTED, "收录", "Collected")                                                                        \
    X(COLLECTED_MEANING, "来自 {1} 个数据包", "from {1} packages")                                           \
    X(PACKAGE, "数据包", "Package")                                                                          \
    X(STATE, "状态", "State")                                                                                \
    X(REASON, "原因", "Reason")                                                                              \
    X(MADE_ON, "生成日期", "Made on")                                                                        \
    X(NO_PACKAGES, "没有等待或隔离的数据包。", "No package waits or is in quarantine.")                      \
    X(MORE_PACKAGES, "另有 {1} 个，见 daybook status。", "{1} more: see daybook status.")                    \
    X(KIND, "类别", "Kind")                                                                                  \
    X(OPENED_TODAY, "当日新增", "New today")                                                                 \
    X(CLOSED_TODAY, "当日关闭", "Closed today")                                                              \
    X(OPEN_NOW, "日终未结", "Open at end of day")                                                            \
    X(OPEN_BY_AGE, "未结笔数按天数", "Open, by age in days")                                                 \
    X(PIECES, "笔数", "Count")                                                                               \
    X(AGE_TODAY, "当日", "0")                                                                                \
    X(AGE_3, "1–3", "1–3")                                                                                   \
    X(AGE_10, "4–10", "4–10")                                                                                \
    X(AGE_OLD, "＞10", "＞10")                                                                               \
    X(BY_PERSON, "要人处理", "Need a person")                                                                \
    X(BY_ITSELF, "等数据到齐后自行关闭", "Close by themselves when the data comes")                          \
    X(NO_EXCEPTIONS, "没有未结的异常，当日也没有新增。", "No exception is open and none was new.")           \
    X(GAPS_NOTE, "缺号的金额是按该终端近 30 天均值估计的，不在账内。",                                       \
      "Amounts of gaps are estimates from the device's last 30 days; they are in no book.")                  \
    X(HEAD_CORRECTIONS, "更正（双人复核）", "Corrections, by two people")                                    \
    X(PROPOSAL_NO, "编号", "No.")                                                                            \
    X(EXCEPTION, "异常", "Exception")                                                                        \
    X(CORRECTION, "处理", "Correction")                                                                      \
    X(PROPOSED, "提出", "Proposed")                                                                          \
    X(ANSWERED, "复核", "Answered")                                                                          \
    X(PERSON, "经办人", "By")                                                                                \
    X(ON_DATE, "日期", "On")                                                                                 \
    X(MOVES, "{1}：{2} → {3}", "{1}: {2} → {3}")                                                             \
    X(NO_CORRECTIONS, "当日没有更正，也没有待复核的。", "No correction was made and none waits.")            \
    X(MORE_CORRECTIONS, "另有 {1} 笔，见 daybook adjust list --all。",                                       \
      "{1} more: see daybook adjust list --all.")                                                            \
    X(MOVEMENT, "事项", "Event")                                                                             \
    X(DEBIT_ACCOUNT, "借方科目", "Debit")                                                                    \
    X(CREDIT_ACCOUNT, "贷方科目", "Credit")                                                                  \
    X(TRANSFERS, "笔数", "Transfers")                                                                        \
    X(NO_MOVEMENTS, "当日没有资金变动。", "No money moved on this day.")                                     \
    X(MOVEMENTS_NOTE, "合计等于试算平衡表的借方发生额和贷方发生额。跨校消费在两校账上各记一笔。",            \
      "The total equals debit and credit of the trial balance. A purchase across schools is one transfer "   \
      "in each book.")                                                                                       \
    X(MOVEMENTS_BAD, "合计与试算平衡表的借方发生额不符，差 {1}。",                                             \
      "The total is not the debit of the trial balance; it differs by {1}.")                                   \
    X(OTHER_SCHOOLS, "其余 {1} 所学校", "{1} other schools")                                                   \
    X(SCHOOLS_TITLE, "各校明细", "All schools")                                                                \
    X(CODE, "科目", "Code")                                                                                  \
    X(ACCOUNT_NAME, "名称", "Name")                                                                          \
    X(OPENING, "期初余额", "Opening")                                                                        \
    X(TURNED, "本日发生", "Movements")                                                                       \
    X(CLOSING, "期末余额", "Closing")                                                                        \
    X(DEBIT, "借", "Debit")                                                                                  \
    X(CREDIT, "贷", "Credit")                                                                                \
    X(PROOF_GOOD, "三组借贷合计各自相等，差额为零。",                                                        \
      "Debit equals credit in all three pairs; the difference is zero.")                                     \
    X(PROOF_BAD, "借贷不平：期初差 {1}，发生差 {2}，期末差 {3}。",                                           \
      "It does not close: opening differs by {1}, movements by {2}, closing by {3}.")                        \
    X(MERCHANT, "商户", "Merchant")                                                                          \
    X(MERCHANT_NO, "商户号", "Merchant no.")                                                                 \
    X(PURCHASES, "笔数", "Purchases")                                                                        \
    X(TURNOVER, "营业额", "Turnover")                                                                        \
    X(OF_IT_LATE, "其中迟到", "Of it late")                                                                  \
    X(FEE, "手续费", "Fee")                                                                                  \
    X(NET, "净额", "Net")                                                                                    \
    X(PAYABLE, "应付余额", "Payable")                                                                        \
    X(MERCHANTS, "商户数", "Merchants")                                                                      \
    X(NO_MERCHANTS, "没有商户。", "There are no merchants.")                                                 \
    X(SHOWN_OF, "列出营业额最高的 {1} 个商户，共 {2} 个；全部商户的结算单见商户目录。",                      \
      "The {1} merchants with the highest turnover, of {2}; statements of all are in the merchants' "        \
      "folder.")                                                                                             \
    X(MANAGED_NOTE, "缩进的是代管商户：并入上面的商户一起付款，各行只列自己的数字。",                        \
      "Indented merchants roll up into the one above and are paid with it; each row has its own figures "    \
      "only.")                                                                                               \
    X(UNNAMED, "（未登记）", "(not on file)")

#define WORDS_LISTS(X)                                                                                       \
    X(HEAD_LISTS, "黑名单", "Lists of lost and bad cards")                                                   \
    X(LIST_CLASS, "终端类别", "Terminals")                                                                   \
    X(LIST_OF_VERSION, "名单", "List")                                                                       \
    X(LIST_NAMES, "卡数", "Cards")                                                                           \
    X(LIST_ADDED, "新增", "Added")                                                                           \
    X(LIST_REMOVED, "移出", "Removed")                                                                       \
    X(LIST_LEFT_OUT, "未列入", "Left out")                                                                   \
    X(LIST_AT_RISK, "卡上金额", "Money on them")                                                             \
    X(LIST_TERMINALS, "终端手中的名单", "List that terminals have")                                          \
    X(LIST_TERMINAL_COUNT, "台数", "Terminals")                                                              \
    X(LIST_NEWEST, "最新", "Newest")                                                                         \
    X(LIST_BEHIND_1, "差 1 晚", "1 night old")                                                               \
    X(LIST_BEHIND_7, "差 2–7 晚", "2–7 nights")                                                              \
    X(LIST_BEHIND_MORE, "差＞7 晚", "＞7 nights")                                                            \
    X(LIST_SILENT, "无应答", "Silent")                                                                       \
    X(LIST_VERSION, "名单版本 {1}，第二天起生效。", "Version {1}, in force from the next day on.")           \
    X(LIST_NOT_MADE, "当日的名单还没有生成。", "The list of this day has not been made yet.")                \
    X(LIST_TERMINALS_NOTE,                                                                                   \
      "终端手中的名单以其最近一次上报的状态为准，与当时已有的最新名单相比；三天没有上报状态的算无应答。",     \
      "What a terminal has is what it said last, against the newest list there was at that time; silent are " \
      "those that have said nothing for three days.")                                                        \
    X(LIST_LOCKED, "终端当日上报：按名单锁了 {1} 张卡。", "Cards that terminals locked by their lists, as they told today: {1}.")  \
    X(LIST_CUT_NOTE, "名单放不下时，卡上或账上金额大的卡留在名单上。",                                       \
      "Where a list has no place for all, the cards with most money on the card or in the purse stay.")      \
    X(HEAD_PROPOSALS, "建议列入黑名单的卡", "Cards proposed for the lists")                                  \
    X(CARD, "卡号", "Card")                                                                                  \
    X(SINCE, "最早", "Since")                                                                                \
    X(ON_FILE, "登记", "On file")                                                                            \
    X(YES, "是", "yes")                                                                                      \
    X(NO, "否", "no")                                                                                        \
    X(MORE_PROPOSALS, "另有 {1} 张。", "{1} more.")                                                          \
    X(PROPOSALS_NOTE,                                                                                        \
      "同一计数器用了两次，可能是克隆卡。核实后用挂失文件列入：写一行“卡号,bad,生效时间,原因”（挂失写 "       \
      "lost），执行 daybook import loss 文件，下一版名单就有这张卡。未登记的卡要先登记。",                    \
      "A counter was used twice: the card may have been cloned. Once that is sure, list it by a loss row, "  \
      "card_no,bad,effective_at,reason (or lost), and daybook import loss FILE: the next version names it. A " \
      "card that is not on file has to be put there first.")

#define WORDS_TERMS(X)                                                                                       \
    X(TERM_DAY, "营业日", "Day")                                                                             \
    X(TERM_DAY_TEXT, "金额按入账日期统计：当日发生的消费，加上以前发生、当晚才送到的（迟到）。",             \
      "Figures are by accounting date: purchases of the day, and earlier ones that arrived only now "        \
      "(late).")                                                                                             \
    X(TERM_TURNOVER_TEXT, "已入账的消费减冲正。", "Posted purchases less reversals.")                        \
    X(TERM_NET_TEXT, "营业额减手续费。", "Turnover less the fee.")                                           \
    X(TERM_PAYABLE_TEXT, "到日终为止欠商户的全部余额（科目 2004），付款后减少。",                            \
      "All that is owed to the merchant at the end of the day (code 2004); payouts reduce it.")              \
    X(TERM_HELD_TEXT, "记录有疑点（例如 TAC 不符、计数器冲突），先不入账、不付款，等人核实。",               \
      "A record in doubt, such as a wrong TAC: not posted and not paid until a person has looked.")          \
    X(TERM_QUARANTINE, "隔离", "Quarantine")                                                                 \
    X(TERM_QUARANTINE_TEXT, "整个数据包无法证明完整可信：字节保留，一条也不入账。",                          \
      "A package that cannot be proved whole: its bytes are kept, nothing of it is posted.")                 \
    X(TERM_GAP, "缺号", "Gap")                                                                               \
    X(TERM_GAP_TEXT, "终端流水号或卡计数器中间缺的一段：可能还有消费没送到。",                               \
      "Numbers missing in a terminal's sequence or a card's counter: purchases may still be on their way.")  \
    X(TERM_SEAL, "封账", "Seal")                                                                             \
    X(TERM_SEAL_TEXT, "关闭一天：此后当日账目不再改变，摘要与前一日相连，改动任何一笔都会被发现。",          \
      "Closes a day: its books never change again, and digests chained day to day show any change.")         \
    X(FROM_DATE, "账务日期", "Accounting date")                                                              \
    X(FROM_EDITION, "版次", "Edition")                                                                       \
    X(EDITION_FINAL, "第 1 版（封账后）", "1 (sealed)")                                                      \
    X(EDITION_PREVIEW, "预览（未封账）", "preview (not sealed)")                                             \
    X(FROM_RUNS, "运行", "Runs")                                                                             \
    X(FROM_PACKAGES, "数据包摘要", "Digest of packages")                                                     \
    X(FROM_REFERENCE, "基础数据摘要", "Digest of reference data")                                            \
    X(FROM_SEAL, "封账摘要", "Seal digest")                                                                  \
    X(FROM_SEAL_BEFORE, "前一日摘要", "Digest of the day before")                                            \
    X(DIGEST_OF, "{1}（{2} 个文件）", "{1} ({2} files)")                                                     \
    X(RUN_OF, "{1}（当日第 {2} 次）", "{1} (run {2} of the day)")

#define WORDS_INDEX(X)                                                                                       \
    X(INDEX_OUTBOX, "报表目录", "Reports")                                                                   \
    X(INDEX_FINANCE, "财务报表", "Finance")                                                                  \
    X(INDEX_MERCHANTS, "商户结算单", "Merchants' statements")                                                \
    X(INDEX_FINANCE_TEXT, "每天一页晨报", "A morning page for each day")                                     \
    X(INDEX_MERCHANTS_TEXT, "每个商户一个目录，每个结算期一张结算单",                                        \
      "A folder for each merchant, a statement for each period")                                             \
    X(INDEX_DAY, "{1} 的报表", "Reports of {1}")                                                             \
    X(INDEX_MERCHANT, "{1} 结算单", "Statements of {1}")                                                     \
    X(INDEX_STATEMENT, "{1} {2} 结算单", "Statement of {1}, {2}")                                            \
    X(FOLDER, "目录", "Folder")                                                                              \
    X(CONTENT, "内容", "Content")                                                                            \
    X(FILE, "文件", "File")                                                                                  \
    X(CHECK_CODE, "校验码", "Check code")                                                                    \
    X(CHECK_CODE_NOTE, "校验码是文件 SHA-256 的前 8 位，文件改动一个字节就不同。",                           \
      "A check code is the first 8 digits of the file's SHA-256: one changed byte changes it.")              \
    X(MORNING_FILE, "晨报（网页，可直接打印）", "Morning page (web page, prints as it is)")                  \
    X(SCHOOLS_FILE, "各校明细（网页）", "All schools (web page)")                                              \
    X(STATEMENT_FILE, "结算单（表格）", "Statement (table)")                                                 \
    X(PERIOD, "结算期", "Period")                                                                            \
    X(FROM_TO, "起止日期", "From, to")                                                                       \
    X(EDITION, "版次", "Edition")                                                                            \
    X(STATEMENT_NO, "结算单号", "Statement no.")                                                             \
    X(STATEMENTS, "张数", "Statements")                                                                      \
    X(LATEST, "最近一期", "Latest")                                                                          \
    X(NO_STATEMENTS, "还没有结算单。", "There are no statements yet.")                                       \
    X(NO_DAYS, "还没有封账的日子。", "No day has been sealed yet.")                                          \
    X(UP, "上一级", "Up")                                                                                    \
    X(DEBIT_TOTAL, "借方发生额", "Debit of the day")                                                         \
    X(DAY_SEAL, "封账摘要", "Seal digest")                                                                   \
    X(DAY_STATE, "状态", "State")                                                                            \
    X(WEEKDAY, "星期", "Weekday")                                                                            \
    X(FROM_TO_DAYS, "{1} 至 {2}", "{1} to {2}")                                                              \
    X(FILE_DIGEST, "文件 SHA-256", "SHA-256 of the file")

#endif
