#include "jobs/operator.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "queries.h"

static bool name_of_user(struct arena *arena, const char **name, struct err *e)
{
    const struct passwd *user = getpwuid(getuid());
    if (!user || user->pw_name[0] == '\0')
        return err_set(e, ERR_USAGE, "the system has no name for user %lld", (long long)getuid());
    *name = arena_copy(arena, user->pw_name, strlen(user->pw_name), e);
    return *name != NULL;
}

static bool name_of_role(struct job_context *context, const char **name, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(context->db, sql_jobs_session_user, 0, NULL, &rows, e))
        return false;
    const char *role = db_text(rows, 0, 0);
    *name = arena_copy(context->arena, role, strlen(role), e);
    db_rows_close(rows);
    return *name != NULL;
}

bool operator_name(struct job_context *context, const char **name, struct err *e)
{
    return context->settings->operators_are_roles ? name_of_role(context, name, e)
                                                  : name_of_user(context->arena, name, e);
}
