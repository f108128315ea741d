/* fault: the places where a kill must do no harm (DESIGN.md 9).
 *
 * Every commit, fsync, rename, send and unlink passes a named point. With DAYBOOK_FAULT="name:n" in the
 * environment the n-th pass of that point ends the process by SIGKILL; with DAYBOOK_FAULT_TRACE=FILE each pass
 * appends its name as a line. Without either it costs one branch. */
#ifndef DAYBOOK_BASE_FAULT_H
#define DAYBOOK_BASE_FAULT_H

/* Reads the environment; called once by main before any thread starts. */
void fault_open(void);

/* Thread-safe. Names are lower case with a dot: "collect.rename", "db.commit.before", "db.commit.after". */
void fault_point(const char *name);

#endif
