#include "base/fault.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool armed;
static char point_name[64];
static atomic_long passes_left;
static int trace_fd = -1;

void fault_open(void)
{
    const char *fault = getenv("DAYBOOK_FAULT");
    const char *colon = fault ? strrchr(fault, ':') : NULL;
    if (colon && (size_t)(colon - fault) < sizeof point_name) {
        memcpy(point_name, fault, (size_t)(colon - fault));
        atomic_store(&passes_left, strtol(colon + 1, NULL, 10));
        armed = true;
    }
    const char *trace = getenv("DAYBOOK_FAULT_TRACE");
    if (trace)
        trace_fd = open(trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void write_trace(const char *name)
{
    char line[80];
    int length = snprintf(line, sizeof line, "%s\n", name);
    if (write(trace_fd, line, (size_t)length) != length)
        (void)fputs("daybook: the fault trace could not be written\n", stderr);
}

void fault_point(const char *name)
{
    if (trace_fd >= 0)
        write_trace(name);
    if (armed && strcmp(name, point_name) == 0 && atomic_fetch_sub(&passes_left, 1) == 1)
        (void)raise(SIGKILL);
}
