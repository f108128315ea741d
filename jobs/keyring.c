#include "jobs/keyring.h"

#include "base/fsfile.h"
#include "formats/charset.h"
#include "formats/table.h"

static const size_t scratch_maximum_bytes = 4 * 1024 * 1024;
static const size_t file_maximum_bytes = 1024 * 1024;

static const struct table_column columns[] = {
    {.name = "algorithm", .type = TABLE_CHOICE, .choices = "3des|sm4"},
    {.name = "version", .type = TABLE_INTEGER, .minimum = 0, .maximum = KEYRING_SLOTS - 1},
    {.name = "key_hex", .type = TABLE_TEXT, .minimum = 32, .maximum = 32, .is_private = true},
};

static bool take_row(struct keyring *ring, const char *path, const struct table_row *row, struct err *e)
{
    enum crypto_cipher cipher = str_equal(row->fields[0], "sm4") ? CRYPTO_SM4 : CRYPTO_3DES;
    int64_t version = 0;
    if (!str_to_int64(row->fields[1], &version))
        return err_set(e, ERR_USAGE, "\"%s\", line %lld: the version is not a number", path, (long long)row->line_number);
    if (ring->has[cipher][version])
        return err_set(e, ERR_USAGE, "\"%s\", line %lld: version %lld of \"%.*s\" is there twice", path,
                       (long long)row->line_number, (long long)version, (int)row->fields[0].length, row->fields[0].data);
    if (!str_unhex(row->fields[2], ring->keys[cipher][version], CRYPTO_KEY_BYTES))
        return err_set(e, ERR_USAGE, "\"%s\", line %lld: the key is not 32 hex digits", path, (long long)row->line_number);
    ring->has[cipher][version] = true;
    return true;
}

static bool read_rows(struct keyring *ring, struct arena *scratch, const char *path, struct str text, struct err *e)
{
    struct table_input input = {.file = path};
    struct table_form form = {columns, sizeof columns / sizeof columns[0]};
    struct table_rows rows;
    if (!charset_read_utf8(path, text, &input.text, e) || !table_read(scratch, &input, &form, &rows, e)) {
        e->kind = ERR_USAGE;
        return err_hint(e, "the CMS file must hold CSV algorithm,version,key_hex (FORMATS.md 4)");
    }
    bool done = true;
    for (size_t i = 0; done && i < rows.row_count; i++)
        done = take_row(ring, path, &rows.rows[i], e);
    return done;
}

static bool decrypt(struct keyring *ring, struct arena *scratch, const struct settings *s, struct err *e)
{
    struct str cms, certificate, key;
    const char *content = NULL;
    size_t length = 0;
    if (!fsfile_read(scratch, s->master_keys, file_maximum_bytes, &cms.data, &cms.length, e) ||
        !fsfile_read(scratch, s->certificate, file_maximum_bytes, &certificate.data, &certificate.length, e) ||
        !fsfile_read_secret(scratch, s->private_key, &key.data, &key.length, e))
        return err_context(e, "[keys]");
    bool done = crypto_cms_decrypt(scratch, cms, certificate, key, &content, &length, e);
    if (!done) {
        e->kind = ERR_USAGE;
        (void)err_context(e, "\"%s\"", s->master_keys);
        if (!e->hint[0])
            (void)err_hint(e, "encrypt it for the certificate of [keys] certificate");
    }
    return done && read_rows(ring, scratch, s->master_keys, (struct str){content, length}, e);
}

bool keyring_open(struct keyring *ring, const struct settings *settings, struct err *e)
{
    *ring = (struct keyring){0};
    if (!settings->master_keys)
        return true;
    if (!settings->certificate || !settings->private_key)
        return err_set(e, ERR_USAGE, "[keys] master needs certificate and private_key too") ||
               err_hint(e, "name the host's certificate and its private key in [keys]");
    struct arena *scratch = NULL;
    if (!arena_open(&scratch, scratch_maximum_bytes, e))
        return false;
    bool done = decrypt(ring, scratch, settings, e);
    arena_wipe(scratch);
    arena_close(scratch);
    if (!done)
        keyring_close(ring);
    return done;
}

void keyring_close(struct keyring *ring)
{
    crypto_wipe(ring, sizeof *ring);
}

bool keyring_load(const struct keyring *ring, struct crypto_tac **tac, struct err *e)
{
    if (!crypto_tac_open(tac, e))
        return false;
    for (int cipher = 0; cipher < 2; cipher++)
        for (int slot = 0; slot < KEYRING_SLOTS; slot++)
            if (ring->has[cipher][slot] &&
                !crypto_tac_load(*tac, (enum crypto_cipher)cipher, slot, ring->keys[cipher][slot], e))
                return false;
    return true;
}
