/* import: reference data from files (FORMATS.md 1): all rows of all files of one command go in, or none. */
#ifndef DAYBOOK_JOBS_IMPORT_IMPORT_H
#define DAYBOOK_JOBS_IMPORT_IMPORT_H

#include "jobs/job.h"

extern const struct job job_import;

#endif
