/* doctor: looks at what the jobs need (settings, files, keys, database, servers) and says what to do. It
 * changes nothing. */
#ifndef DAYBOOK_JOBS_DOCTOR_DOCTOR_H
#define DAYBOOK_JOBS_DOCTOR_DOCTOR_H

#include "jobs/job.h"

extern const struct job job_doctor;

#endif
