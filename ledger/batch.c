#include "ledger/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

void batch_open(struct batch *batch, struct arena *arena)
{
    *batch = (struct batch){.arena = arena};
}

void batch_close(struct batch *batch)
{
    free(batch->records);
    free(batch->files);
    free(batch->packages);
    free(batch->identities);
    free(batch->carried);
    free(batch->statuses);
    free(batch->texts);
    free(batch->waiting);
    free(batch->raws);
    *batch = (struct batch){0};
}

size_t batch_used_bytes(const struct batch *batch)
{
    return arena_used_bytes(batch->arena) + batch->record_count * sizeof *batch->records +
           batch->identity_count * sizeof *batch->identities + batch->carried_count * sizeof *batch->carried +
           batch->status_count * sizeof *batch->statuses + batch->text_count * sizeof *batch->texts +
           batch->raw_count * sizeof *batch->raws + batch->file_count * sizeof *batch->files +
           batch->package_count * sizeof *batch->packages;
}

void batch_end_arrivals(struct batch *batch)
{
    batch->arrived_records = batch->record_count;
    batch->arrived_files = batch->file_count;
    batch->arrived_packages = batch->package_count;
}

struct batch_package *batch_add_package(struct batch *batch, struct err *e)
{
    struct batch_package *grown =
        array_extend(batch->packages, ARRAY_SIZE(batch, package, *grown), 1, e);
    if (!grown)
        return NULL;
    batch->packages = grown;
    return &grown[batch->package_count - 1];
}

struct batch_file *batch_add_file(struct batch *batch, struct err *e)
{
    struct batch_file *grown =
        array_extend(batch->files, ARRAY_SIZE(batch, file, *grown), 1, e);
    if (!grown)
        return NULL;
    batch->files = grown;
    return &grown[batch->file_count - 1];
}

struct record *batch_add_records(struct batch *batch, uint32_t count, struct err *e)
{
    struct record *grown = array_extend(
        batch->records, ARRAY_SIZE(batch, record, *grown), count, e);
    if (!grown)
        return NULL;
    batch->records = grown;
    return grown + batch->record_count - count;
}

struct identity *batch_add_identities(struct batch *batch, uint32_t count, struct err *e)
{
    struct identity *grown = array_extend(
        batch->identities, ARRAY_SIZE(batch, identity, *grown), count, e);
    if (!grown)
        return NULL;
    batch->identities = grown;
    return grown + batch->identity_count - count;
}

struct batch_carried *batch_add_carried(struct batch *batch, struct err *e)
{
    struct batch_carried *grown = array_extend(
        batch->carried, ARRAY_SIZE(batch, carried, *grown), 1, e);
    if (!grown)
        return NULL;
    batch->carried = grown;
    return &grown[batch->carried_count - 1];
}

struct batch_status *batch_add_status(struct batch *batch, struct err *e)
{
    struct batch_status *grown = array_extend(
        batch->statuses, ARRAY_SIZE(batch, status, *grown), 1, e);
    if (!grown)
        return NULL;
    batch->statuses = grown;
    return &grown[batch->status_count - 1];
}

struct batch_waiting *batch_add_waiting(struct batch *batch, struct err *e)
{
    struct batch_waiting *grown = array_extend(batch->waiting, ARRAY_SIZE(batch, waiting, *grown), 1, e);
    if (!grown)
        return NULL;
    batch->waiting = grown;
    return &grown[batch->waiting_count - 1];
}

bool batch_add_text(struct batch *batch, const char *text, uint32_t *place, struct err *e)
{
    uint32_t more = batch->text_count == 0 ? 2 : 1; /* the first is the empty one */
    const char *copy = arena_copy(batch->arena, text, strlen(text), e);
    const char **grown = copy ? array_extend(batch->texts, ARRAY_SIZE(batch, text, *grown), more, e) : NULL;
    if (!grown)
        return false;
    batch->texts = grown;
    if (more == 2)
        grown[0] = "";
    *place = batch->text_count - 1;
    grown[*place] = copy;
    return true;
}

bool batch_add_raw(struct batch *batch, const struct batch_raw *raw, struct err *e)
{
    const char *copy = arena_copy(batch->arena, raw->bytes, raw->length, e);
    struct batch_raw *grown = copy ? array_extend(batch->raws, ARRAY_SIZE(batch, raw, *grown), 1, e) : NULL;
    if (!grown)
        return false;
    batch->raws = grown;
    grown[batch->raw_count - 1] = *raw;
    grown[batch->raw_count - 1].bytes = copy;
    return true;
}

uint32_t batch_file_of_identity(const struct batch *batch, uint32_t identity_index)
{
    uint32_t low = 0, high = batch->file_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (batch->files[middle].first_identity <= identity_index)
            low = middle;
        else
            high = middle;
    }
    return low;
}
