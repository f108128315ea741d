/* rule: which rule decided, in words. */
#ifndef DAYBOOK_JOBS_EXPLAIN_RULE_H
#define DAYBOOK_JOBS_EXPLAIN_RULE_H

#include <stdint.h>

#include "jobs/sheet.h"

/* "R-04: the TAC …" for a verdict of ledger.verdict; the name itself where it has no words. */
const char *rule_of_verdict(const char *verdict);
/* A sentence for each flag of an accepted record. */
void rule_say_flags(struct sheet *sheet, int64_t flags);
/* "P-01: …" for the kind and accounts of a transfer. */
const char *rule_of_transfer(const char *kind, const char *debit, const char *credit);

#endif
