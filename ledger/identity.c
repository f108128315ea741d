#include "ledger/identity.h"

#include "ledger/leaf.h"

bool identity_has_stayed(const struct batch *batch)
{
    for (uint32_t i = 0; i < batch->identity_count; i++)
        if (identity_stays(&batch->identities[i]))
            return true;
    return false;
}

/* A leaf as it is filled. */
struct filling {
    const struct batch *batch;
    struct ledger_run *run;
    int64_t first_ordinal;
    struct db_copy *copy;
};

static bool put_identity(const struct filling *filling, const struct batch_file *file, uint32_t identity_index, struct err *e)
{
    const struct batch *batch = filling->batch;
    const struct batch_package *package = &batch->packages[file->package_index];
    const struct identity *r = &batch->identities[identity_index];
    struct db_copy *copy = filling->copy;
    const char *place = r->text == 0 ? "" : batch->texts[r->text];
    size_t place_length = strlen(place);
    if (!db_copy_row(copy, 17, 96 + place_length, e))
        return false;
    db_put_int64(copy, ledger_run_id_of(filling->run, filling->first_ordinal + identity_index));
    db_put_int64(copy, package->school_code);
    db_put_day(copy, filling->run->open_date);
    db_put_int64(copy, package->archive_id);
    db_put_int32(copy, file->file_no);
    db_put_int32(copy, (int32_t)r->record_no);
    db_put_int32(copy, (int32_t)file->device_no);
    db_put_int64(copy, r->device_seq);
    db_put_int64(copy, (int64_t)r->digest);
    db_put_int64_or_null(copy, r->card_no, 0);
    db_put_moment(copy, r->occurred_at);
    db_put_int16(copy, r->kind);
    db_put_int16(copy, r->direction);
    db_put_int16(copy, r->method);
    db_put_int16(copy, r->result);
    db_put_int16(copy, r->verdict);
    if (place_length > 0)
        db_put_bytes(copy, place, place_length);
    else
        db_put_null(copy);
    return true;
}

static bool put_file(const struct filling *filling, const struct batch_file *file, struct err *e)
{
    for (uint32_t i = file->first_identity; i < file->first_identity + file->identity_count; i++) {
        ALWAYS(filling->batch->identities[i].verdict != VERDICT_NONE);
        if (identity_stays(&filling->batch->identities[i]) && !put_identity(filling, file, i, e))
            return false;
    }
    return true;
}

bool identity_write_leaf(const struct batch *batch, struct ledger_run *run, int64_t first_ordinal, struct err *e)
{
    static const char columns[] = "record_id, school_code, judged_on, archive_id, file_no, record_no, device_no, device_seq, "
                                  "digest, card_no, occurred_at, kind, direction, method, result, verdict, place";
    struct filling filling = {batch, run, first_ordinal, NULL};
    if (!leaf_open(run, "identity", run->open_date, columns, &filling.copy, e))
        return false;
    for (uint32_t f = 0; f < batch->file_count; f++) {
        if (!put_file(&filling, &batch->files[f], e)) {
            db_copy_abort(filling.copy);
            return false;
        }
    }
    return leaf_close(run, "identity", run->open_date, filling.copy, e);
}
