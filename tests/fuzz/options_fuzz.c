#include "base/options.h"

#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

/* One key of each type, in sections of each kind. */
static const struct option table[] = {
    {.section = "site", .key = "name", .is_required = true, .help = "A text."},
    {.section = "site", .key = "intake", .type = OPTION_PATH, .fallback = "/var/lib/in", .help = "A path."},
    {.section = "site", .key = "secret", .is_secret = true, .help = "A secret."},
    {.section = "source", .is_named = true, .key = "host", .is_required = true, .help = "Its name."},
    {.section = "source", .is_named = true, .key = "port", .type = OPTION_INT, .fallback = "22", .minimum = 1,
     .maximum = 65535, .help = "Its port."},
    {.section = "source", .is_named = true, .key = "signature", .type = OPTION_CHOICE, .fallback = "required",
     .choices = "required|optional", .help = "A choice."},
    {.section = "rules", .key = "over_fen.*", .type = OPTION_INT, .fallback = "20000", .minimum = -5, .maximum = 100000,
     .help = "Of a class."},
    {.section = "rules", .key = "mail", .type = OPTION_BOOL, .fallback = "no", .help = "Yes or no."},
};
enum { COUNT = sizeof table / sizeof table[0] };

static void check_values(const struct options *o)
{
    const char *name = NULL;
    MUST(options_text(o, "site", NULL, "name") && options_text(o, "site", NULL, "intake"));
    (void)options_bool(o, "rules", NULL, "mail");
    for (size_t i = 0; (name = options_name(o, "source", i)); i++) {
        int64_t port = options_int(o, "source", name, "port");
        const char *signature = options_text(o, "source", name, "signature");
        MUST(port >= 1 && port <= 65535 && options_text(o, "source", name, "host"));
        MUST(strcmp(signature, "required") == 0 || strcmp(signature, "optional") == 0);
    }
    for (size_t i = 0; (name = options_suffix(o, "rules", "over_fen", i)); i++)
        MUST(options_text_for(o, "rules", "over_fen", name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int file = -1;
    static char path[40];
    struct err e;
    struct options *options = NULL;
    if (file < 0) {
        file = memfd_create("settings", 0);
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    MUST(file >= 0 && ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == (ssize_t)size);
    if (options_read(fuzz_arena(), path, table, COUNT, &options, &e))
        check_values(options);
    else
        MUST(e.kind == ERR_USAGE && e.message[0] != '\0');
    return 0;
}
