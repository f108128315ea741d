#include "ledger/batch.h"

#include <stdlib.h>
#include <string.h>

void batch_open(struct batch *batch, struct arena *arena)
{
    *batch = (struct batch){.arena = arena};
}

void batch_close(struct batch *batch)
{
    free(batch->records);
    free(batch->files);
    free(batch->packages);
    free(batch->raws);
    *batch = (struct batch){0};
}

/* Makes room for `more` elements behind *used and gives the first of them. Big blocks move by remapping, not copying. */
static void *extend(void **array, uint32_t *used, uint32_t *capacity, uint32_t more, size_t size_bytes, struct err *e)
{
    if (more > UINT32_MAX / 2 - *used) {
        (void)err_set(e, ERR_BUG, "a run of more than %u records", UINT32_MAX / 2);
        return NULL;
    }
    /* A place is given for none as well: NULL means that there is no memory. */
    if (!*array || *used + more > *capacity) {
        uint32_t wanted = *capacity + *capacity / 4 + 64;
        if (wanted < *used + more)
            wanted = *used + more;
        void *moved = realloc(*array, wanted * size_bytes);
        if (!moved) {
            (void)err_set(e, ERR_BUG, "no memory for %u elements of %zu bytes", wanted, size_bytes);
            return NULL;
        }
        *array = moved;
        *capacity = wanted;
    }
    char *first = (char *)*array + (size_t)*used * size_bytes;
    memset(first, 0, more * size_bytes);
    *used += more;
    return first;
}

struct batch_package *batch_add_package(struct batch *batch, struct err *e)
{
    void *array = batch->packages;
    void *added = extend(&array, &batch->package_count, &batch->package_capacity, 1, sizeof *batch->packages, e);
    batch->packages = array;
    return added;
}

struct batch_file *batch_add_file(struct batch *batch, struct err *e)
{
    void *array = batch->files;
    void *added = extend(&array, &batch->file_count, &batch->file_capacity, 1, sizeof *batch->files, e);
    batch->files = array;
    return added;
}

struct record *batch_add_records(struct batch *batch, uint32_t count, struct err *e)
{
    void *array = batch->records;
    void *added = extend(&array, &batch->record_count, &batch->record_capacity, count, sizeof *batch->records, e);
    batch->records = array;
    return added;
}

bool batch_add_raw(struct batch *batch, uint32_t record_index, const char *bytes, uint32_t length, struct err *e)
{
    const char *copy = arena_copy(batch->arena, bytes, length, e);
    if (!copy)
        return false;
    void *array = batch->raws;
    struct batch_raw *raw = extend(&array, &batch->raw_count, &batch->raw_capacity, 1, sizeof *batch->raws, e);
    batch->raws = array;
    if (!raw)
        return false;
    *raw = (struct batch_raw){record_index, length, copy};
    return true;
}
