/* golden: every file of a folder, held against the file NAME.out beside it; make.py is what made them. */
#ifndef DAYBOOK_TESTS_GOLDEN_H
#define DAYBOOK_TESTS_GOLDEN_H

#include <dirent.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/fsfile.h"
#include "base/str.h"
#include "tests/unit/tap.h"

/* What becomes of a file, in words; in its own memory. path is the file's. */
typedef const char *golden_outcome(const char *name, const char *path, struct str bytes);

static inline int golden_is_input(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    bool is_out = length >= 4 && strcmp(entry->d_name + length - 4, ".out") == 0;
    return entry->d_name[0] != '.' && !is_out && strcmp(entry->d_name, "make.py") != 0;
}

static inline struct str golden_read(struct arena *arena, const char *path)
{
    struct err e;
    struct str bytes;
    ALWAYS(fsfile_read(arena, path, 1 << 20, &bytes.data, &bytes.length, &e));
    return bytes;
}

static inline void golden_check(struct arena *arena, const char *folder, golden_outcome *outcome)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, golden_is_input, alphasort);
    CHECK(count > 0, folder);
    for (int i = 0; i < count; i++) {
        char path[300], out[310];
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        (void)snprintf(out, sizeof out, "%s.out", path);
        const char *found = outcome(names[i]->d_name, path, golden_read(arena, path));
        CHECK_TEXT(found, golden_read(arena, out).data, path);
        free(names[i]);
    }
    free(names);
}

#endif
