/* Writes a request for 100,000 debits (pain.008.001.08) to a file and, where a schema is given, validates it as it is read back,
 * without a tree: what tests/bench/run measures, memory included. A line for it: name, debits, seconds; once for the writing and
 * once for the proof.
 *
 *     pain_bench FILE [SCHEMA] */
#include <fcntl.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/fsfile.h"
#include "formats/pain008.h"

enum { DEBITS = 100000, AMOUNT_FEN = 5000, OPEN_DATE = 20514 };

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct file {
    const char *path;
    int fd;
};

static bool to_file(void *context, const char *bytes, size_t length, struct err *e)
{
    const struct file *file = context;
    return fsfile_write_all(file->fd, file->path, bytes, length, e);
}

static bool write_debits(struct file *file, struct err *e)
{
    static struct pain_writer writer;
    const struct pain_head head = {.message_id = str_of("0001D202603020001"),
                                   .created_at = date_moment(OPEN_DATE, 23, 30, 0),
                                   .count = DEBITS,
                                   .amount_fen = (int64_t)DEBITS * AMOUNT_FEN,
                                   .day = OPEN_DATE + 1,
                                   .name = str_of("市教育局"),
                                   .account = str_of("1302010109000000001"),
                                   .bank = str_of("0001")};
    bool done = pain008_open(&writer, &head, to_file, file, e);
    for (uint32_t serial = 1; done && serial <= DEBITS; serial++) {
        char agreement_no[16], account[24], card_no[24];
        (void)snprintf(agreement_no, sizeof agreement_no, "A%08u", serial);
        (void)snprintf(account, sizeof account, "62220202%011u", serial);
        (void)snprintf(card_no, sizeof card_no, "37010201%010u", serial);
        const struct pain008_debit debit = {.serial = serial,
                                            .amount_fen = AMOUNT_FEN,
                                            .agreement_no = str_of(agreement_no),
                                            .signed_on = OPEN_DATE - 100,
                                            .name = str_of(serial % 2 == 0 ? "张三丰" : "欧阳修 & 司马光"),
                                            .account = str_of(account),
                                            .bank = str_of("0001"),
                                            .remittance = str_of(card_no)};
        done = pain008_add(&writer, &debit, e);
    }
    return done && pain_close(&writer, e);
}

/* Takes ownership of nothing: each handle is closed here, in the order that libxml2 wants. */
static bool validate(const char *path, const char *schema_path, struct err *e)
{
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(schema_path);
    xmlSchemaPtr schema = parser ? xmlSchemaParse(parser) : NULL;
    xmlSchemaValidCtxtPtr proof = schema ? xmlSchemaNewValidCtxt(schema) : NULL;
    xmlParserInputBufferPtr input = proof ? xmlParserInputBufferCreateFilename(path, XML_CHAR_ENCODING_UTF8) : NULL;
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC};
    int result = input ? xmlSchemaValidateStream(proof, input, XML_CHAR_ENCODING_UTF8, &sax, NULL) : -1;
    xmlSchemaFreeValidCtxt(proof);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    return result == 0 || err_set(e, ERR_INPUT, "\"%s\" is not valid by \"%s\": \"%d\"", path, schema_path, result);
}

int main(int argc, char **argv)
{
    struct err e = {0};
    if (argc != 2 && argc != 3)
        return 2;
    struct file file = {argv[1], open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    double begun_s = now_s();
    bool done = file.fd >= 0 && write_debits(&file, &e);
    done = close(file.fd) == 0 && done;
    double written_s = now_s();
    if (done)
        (void)fprintf(stderr, "pain008_100k\t%d\t%.6f\n", DEBITS, written_s - begun_s);
    if (done && argc == 3) {
        done = validate(argv[1], argv[2], &e);
        (void)fprintf(stderr, "pain008_100k_proof\t%d\t%.6f\n", DEBITS, now_s() - written_s);
    }
    if (!done)
        (void)fprintf(stderr, "pain_bench: %s\n", e.message);
    return done ? 0 : 1;
}
