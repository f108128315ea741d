/* report: the pages of a day and the index of every folder that the night has touched. */
#ifndef DAYBOOK_JOBS_REPORT_REPORT_H
#define DAYBOOK_JOBS_REPORT_REPORT_H

#include "jobs/job.h"

extern const struct job job_report;

#endif
