#include "base/sftp.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crypto.h"
#include "tests/unit/tap.h"

/* A real OpenSSH server on loopback with its own keys, all in one folder. */
static const char sshd[] = "/usr/sbin/sshd";
static char folder[] = "/tmp/sftp_test.XXXXXX";
static int port;
static pid_t server;
static struct arena *arena;
static struct err e;
static struct sftp_peer peer;

enum {
    BIG_BYTES = 16 << 20,
    MIDDLE_BYTES = 100 * 1024,
    TIMEOUT_MS = 20000,
    SHORT_TIMEOUT_MS = 4000, /* libssh2 counts whole seconds */
};

static const char make_files[] =
    "exec >setup.log 2>&1; set -e\n"
    "key() { ssh-keygen -q -t $1 -N \"$3\" -C test -f $2; }\n"
    "key ed25519 host_ed25519 ''; key ecdsa host_ecdsa ''; key ed25519 other_host ''; key rsa host_rsa ''\n"
    "key ed25519 user_ed25519 ''; key ecdsa user_ecdsa ''; key rsa user_rsa ''; key ed25519 stranger ''\n"
    "key ed25519 locked secret; cp user_ed25519 open; chmod 0644 open\n"
    "openssl pkey -in user_rsa -out user_rsa_pkcs8 || openssl genrsa -out user_rsa_pkcs8\n"
    "chmod 0600 user_rsa_pkcs8; echo nonsense >nonsense; chmod 0600 nonsense\n"
    "cat user_ed25519.pub user_ecdsa.pub user_rsa.pub locked.pub >authorized_keys\n"
    "pin() { cut -d' ' -f1,2 $1.pub | sed \"s/^/[127.0.0.1]:$PORT /\"; }\n"
    "pin host_ed25519 >known; pin host_ecdsa >known_ecdsa; pin other_host >changed; pin host_rsa >known_rsa\n"
    "sed 's/^[^ ]*/elsewhere/' known >unknown; cp known hashed; ssh-keygen -q -H -f hashed; rm hashed.old\n"
    "ssh-keygen -lf host_ed25519.pub | cut -d' ' -f2 >fingerprint\n"
    "pam=no; [ $(id -u) -ne 0 ] || ! getent shadow root | cut -d: -f2 | grep -q '^!' || pam=yes\n"
    "[ $(id -u) -ne 0 ] || mkdir -p /run/sshd\n"
    "cat >sshd_config <<END\n"
    "ListenAddress 127.0.0.1\nPort $PORT\nPidFile none\nStrictModes no\nUsePAM $pam\nUseDNS no\n"
    "HostKey $PWD/host_ed25519\nHostKey $PWD/host_ecdsa\n"
    "AuthorizedKeysFile $PWD/authorized_keys\nPermitRootLogin prohibit-password\nPasswordAuthentication no\n"
    "KbdInteractiveAuthentication no\nMaxStartups 200\nMaxAuthTries 50\nSubsystem sftp internal-sftp\n"
    "END\n"
    "mkdir -p tree/b.folder tree/empty; printf 12345 >tree/a.file; : >tree/.hidden; ln -s a.file "
    "tree/z.link\n"
    "touch -d @1700000000 tree/a.file; : >tree/b.folder/nothing\n"
    "head -c 102400 /dev/urandom >tree/middle; head -c 16777216 /dev/urandom >tree/big; mkdir drop\n";

/* --- the server --- */

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&address, length) == 0 &&
              getsockname(fd, (struct sockaddr *)&address, &length) == 0;
    if (!ok)
        abort();
    (void)close(fd);
    return ntohs(address.sin_port);
}

static bool server_answers(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool ok = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    (void)close(fd);
    return ok;
}

static bool start_server(void)
{
    server = fork();
    if (server == 0) {
        (void)execl(sshd, sshd, "-D", "-f", "sshd_config", "-E", "sshd.log", (char *)NULL);
        _exit(127);
    }
    for (int i = 0; server > 0 && i < 100; i++) {
        if (server_answers())
            return true;
        (void)usleep(50000);
    }
    return false;
}

/* The processes that serve connections, without the one that listens. */
static void signal_sessions(pid_t parent, int number)
{
    char path[64], text[4096] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    FILE *children = fopen(path, "r");
    if (!children)
        return;
    size_t length = fread(text, 1, sizeof text - 1, children);
    (void)fclose(children);
    text[length] = '\0';
    for (char *at = text, *end = NULL; *at; at = end) {
        pid_t child = (pid_t)strtol(at, &end, 10);
        if (end == at || child <= 0)
            break;
        signal_sessions(child, number);
        (void)kill(child, number);
    }
}

static void stop_server(void)
{
    signal_sessions(server, SIGKILL);
    (void)kill(server, SIGTERM);
    (void)waitpid(server, NULL, 0);
}

/* --- helpers --- */

static const char *in_folder(const char *name)
{
    char *path = arena_printf(arena, &e, "%s/%s", folder, name);
    return path ? path : "";
}

static struct sftp *open_session(void)
{
    struct sftp *sftp = NULL;
    err_clear(&e);
    if (!sftp_open(&sftp, &peer, &e)) {
        printf("Bail out! %s\n", e.message);
        stop_server();
        exit(1);
    }
    return sftp;
}

struct taken {
    char *bytes;
    size_t length;
    size_t calls;
    size_t stop_at; /* 0 = never */
    int signal_at_first;
};

static bool take(void *context, const char *bytes, size_t length, struct err *error)
{
    struct taken *taken = context;
    if (taken->calls++ == 0 && taken->signal_at_first)
        signal_sessions(server, taken->signal_at_first);
    if (taken->stop_at && taken->length + length >= taken->stop_at)
        return err_set(error, ERR_DISK, "the sink is full");
    memcpy(taken->bytes + taken->length, bytes, length);
    taken->length += length;
    return true;
}

static char *local_file(const char *name, size_t *length)
{
    FILE *file = fopen(name, "rb");
    char *bytes = arena_alloc(arena, BIG_BYTES + 1, &e);
    if (!file || !bytes)
        abort();
    *length = fread(bytes, 1, BIG_BYTES + 1, file);
    (void)fclose(file);
    return bytes;
}

/* --- files --- */

static void test_folders(struct sftp *sftp)
{
    struct sftp_entry *entries = NULL, entry;
    size_t count = 0;
    CHECK(sftp_list(sftp, arena, in_folder("tree"), &entries, &count, &e), "lists a folder");
    CHECK_INT(count, 7, "leaves out only the dots");
    CHECK(count == 7 && strcmp(entries[0].name, ".hidden") == 0 && strcmp(entries[1].name, "a.file") == 0 &&
              strcmp(entries[2].name, "b.folder") == 0 && strcmp(entries[6].name, "z.link") == 0,
          "orders by name");
    CHECK(entries[1].type == SFTP_FILE && entries[2].type == SFTP_FOLDER && entries[6].type == SFTP_OTHER,
          "tells files, folders and others apart");
    CHECK_INT(entries[1].size_bytes, 5, "gives the size");
    CHECK_INT(entries[1].modified_at, 1700000000, "gives the time of change");
    CHECK(sftp_list(sftp, arena, in_folder("tree/empty"), &entries, &count, &e) && count == 0,
          "lists an empty folder");
    CHECK(!sftp_list(sftp, arena, in_folder("tree/none"), &entries, &count, &e), "fails on a missing folder");
    CHECK_TEXT(e.code, "ENOENT", "says that the folder is missing");
    CHECK(sftp_stat(sftp, in_folder("tree/a.file"), &entry, &e) && entry.type == SFTP_FILE &&
              entry.size_bytes == 5 && entry.modified_at == 1700000000,
          "looks at one file");
    CHECK(!sftp_stat(sftp, in_folder("tree/none"), &entry, &e), "fails on a missing path");
    CHECK(e.kind == ERR_NET && strcmp(e.code, "ENOENT") == 0 && !e.retryable,
          "says that the path is missing");
    char wanted[512];
    (void)snprintf(wanted, sizeof wanted, "sftp \"127.0.0.1\" port %d: \"%s/tree/none\": looking: not there",
                   port, folder);
    CHECK_TEXT(e.message, wanted, "names server, path, action and reason");
}

static bool fetch(struct sftp *sftp, const char *name, uint64_t offset, uint64_t expected,
                  struct taken *taken)
{
    taken->length = 0;
    taken->calls = 0;
    err_clear(&e);
    return sftp_fetch(sftp, in_folder(name), offset, expected, take, taken, &e);
}

static void test_fetch(struct sftp *sftp)
{
    size_t length = 0, big_length = 0;
    const char *middle = local_file("tree/middle", &length), *big = local_file("tree/big", &big_length);
    struct taken taken = {.bytes = arena_alloc(arena, BIG_BYTES + 1, &e)};
    CHECK(fetch(sftp, "tree/middle", 0, MIDDLE_BYTES, &taken) && taken.length == length &&
              memcmp(taken.bytes, middle, length) == 0,
          "fetches a file of known size");
    CHECK(fetch(sftp, "tree/middle", 0, 0, &taken) && taken.length == length &&
              memcmp(taken.bytes, middle, length) == 0,
          "fetches a file of unknown size");
    CHECK(fetch(sftp, "tree/big", 0, BIG_BYTES, &taken) && taken.length == big_length &&
              memcmp(taken.bytes, big, big_length) == 0,
          "fetches a big file of known size");
    CHECK(fetch(sftp, "tree/big", 0, 0, &taken) && taken.length == big_length &&
              memcmp(taken.bytes, big, big_length) == 0,
          "fetches a big file of unknown size");
    CHECK(fetch(sftp, "tree/big", 12345678, BIG_BYTES - 12345678, &taken) &&
              taken.length == big_length - 12345678 && memcmp(taken.bytes, big + 12345678, taken.length) == 0,
          "resumes from an offset");
    CHECK(fetch(sftp, "tree/middle", MIDDLE_BYTES, 0, &taken) && taken.length == 0,
          "finds nothing at the end");
    CHECK(fetch(sftp, "tree/middle", 99, 1, &taken) && taken.length == 1 && taken.bytes[0] == middle[99],
          "stops at the expected bytes");
    CHECK(fetch(sftp, "tree/middle", 0, BIG_BYTES, &taken) && taken.length == length,
          "ends with a file that is shorter than expected");
    CHECK(fetch(sftp, "tree/b.folder/nothing", 0, 0, &taken) && taken.calls == 0, "fetches an empty file");
    CHECK(!fetch(sftp, "tree/none", 0, 0, &taken) && strcmp(e.code, "ENOENT") == 0,
          "says that a file is missing");
    taken.stop_at = 1 << 20;
    CHECK(!fetch(sftp, "tree/big", 0, BIG_BYTES, &taken) && e.kind == ERR_DISK,
          "stops when the sink says so");
    CHECK_TEXT(e.message, "the sink is full", "keeps the sink's words");
    taken.stop_at = 0;
    CHECK(fetch(sftp, "tree/middle", 0, MIDDLE_BYTES, &taken) && taken.length == length &&
              memcmp(taken.bytes, middle, length) == 0,
          "reads on with the same session after a stop");
}

static void *work_alone(void *context)
{
    struct sftp *sftp = NULL;
    struct err error;
    struct taken taken = {.bytes = malloc(MIDDLE_BYTES)};
    bool ok = taken.bytes && sftp_open(&sftp, &peer, &error);
    char name[32], target[128];
    (void)snprintf(name, sizeof name, "%p", (void *)sftp);
    (void)snprintf(target, sizeof target, "%s/drop/together", folder);
    ok = ok && sftp_put(sftp, target, name, "x", 1, &error);
    for (int i = 0; ok && i < 50; i++) {
        taken.length = 0;
        ok = sftp_fetch(sftp, context, 0, MIDDLE_BYTES, take, &taken, &error) && taken.length == MIDDLE_BYTES;
    }
    sftp_close(sftp);
    free(taken.bytes);
    static char done;
    return ok ? &done : NULL;
}

static void test_threads(void)
{
    pthread_t threads[4];
    char path[128];
    (void)snprintf(path, sizeof path, "%s/tree/middle", folder);
    int good = 0;
    for (int i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, work_alone, path) != 0)
            abort();
    for (int i = 0; i < 4; i++) {
        void *result = NULL;
        good += pthread_join(threads[i], &result) == 0 && result;
    }
    CHECK_INT(good, 4, "serves a session in each of four threads, which make one folder at once");
}

static void test_put(struct sftp *sftp)
{
    size_t length = 0, middle_length = 0;
    const char *middle = local_file("tree/middle", &middle_length);
    FILE *left_over = fopen("drop/.old.csv.part", "w");
    if (!left_over || fputs("left over by a run that was killed", left_over) < 0 || fclose(left_over) != 0)
        abort();
    CHECK(sftp_put(sftp, in_folder("drop/ack"), "a.csv", "one,two\n", 8, &e),
          "puts a file and makes its folder");
    CHECK(strcmp(local_file("drop/ack/a.csv", &length), "one,two\n") == 0 && length == 8, "wrote the bytes");
    CHECK(access("drop/ack/.a.csv.part", F_OK) != 0, "leaves no temporary name");
    CHECK(sftp_put(sftp, in_folder("drop/ack"), "a.csv", "one,two\n", 8, &e),
          "takes the same bytes for done");
    CHECK(!sftp_put(sftp, in_folder("drop/ack"), "a.csv", "one,too\n", 8, &e),
          "refuses to write other bytes");
    CHECK(e.kind == ERR_INPUT && strcmp(e.code, "EEXIST") == 0, "says that the name is taken");
    CHECK(!sftp_put(sftp, in_folder("drop/ack"), "a.csv", "one,two", 7, &e), "refuses to write fewer bytes");
    CHECK(!sftp_put(sftp, in_folder("drop/ack"), "a.csv", "one,two\n3", 9, &e),
          "refuses to write more bytes");
    CHECK(!sftp_put(sftp, in_folder("drop/ack"), "a.csv", "", 0, &e), "refuses to write no bytes");
    CHECK(strcmp(local_file("drop/ack/a.csv", &length), "one,two\n") == 0 && length == 8,
          "left the first bytes");
    CHECK(sftp_put(sftp, in_folder("drop"), "old.csv", "new", 3, &e) &&
              strcmp(local_file("drop/old.csv", &length), "new") == 0 && length == 3,
          "replaces what a killed run left under the temporary name");
    CHECK(sftp_put(sftp, in_folder("drop"), "empty", "", 0, &e) && access("drop/empty", F_OK) == 0,
          "puts an empty file");
    CHECK(sftp_put(sftp, in_folder("drop"), "middle", middle, middle_length, &e) &&
              memcmp(local_file("drop/middle", &length), middle, middle_length) == 0 &&
              length == middle_length,
          "puts a file of many packets");
    CHECK(sftp_put(sftp, in_folder("drop/school/down"), "x", "x", 1, &e) && access("drop/school/down/x", F_OK) == 0,
          "makes the folder that its folder lies in");
    CHECK(!sftp_put(sftp, in_folder("none/none/none"), "x", "x", 1, &e) && strcmp(e.code, "ENOENT") == 0 &&
              access("none", F_OK) != 0,
          "makes no more than the last two folders");
    CHECK(symlink("nowhere", "drop/link") == 0 && !sftp_put(sftp, in_folder("drop"), "link", "x", 1, &e),
          "does not rename over a name that cannot be read");
    CHECK(strstr(e.message, "drop/link\": renaming: the server says failure") && e.kind == ERR_NET,
          "says that the rename was refused");
    CHECK(access("drop/.link.part", F_OK) != 0, "clears away the temporary name then");
}

static bool replace(struct sftp *sftp, const char *name, const char *bytes, const char *replaced)
{
    uint8_t digests[2][SFTP_DIGEST_BYTES] = {{0}};
    ALWAYS(crypto_sha256(replaced, strlen(replaced), digests[1], &e));
    const struct sftp_replacement r = {in_folder("drop"), name, {bytes, strlen(bytes)},
                                       (const uint8_t(*)[SFTP_DIGEST_BYTES])digests, 2};
    return sftp_replace(sftp, &r, &e);
}

static bool holds(const char *path, const char *bytes)
{
    size_t length = 0;
    return strcmp(local_file(path, &length), bytes) == 0 && length == strlen(bytes);
}

static void test_replace(struct sftp *sftp)
{
    CHECK(replace(sftp, "answer", "first", "none") && holds("drop/answer", "first"),
          "puts a replacement where nothing is to be replaced");
    CHECK(replace(sftp, "answer", "second", "first") && holds("drop/answer", "second"),
          "replaces bytes of a known digest");
    CHECK(access("drop/.answer.old", F_OK) != 0 && access("drop/.answer.part", F_OK) != 0,
          "leaves no name of the replacing");
    CHECK(replace(sftp, "answer", "second", "first") && holds("drop/answer", "second"),
          "takes the same replacement for done");
    CHECK(!replace(sftp, "answer", "third", "first") && e.kind == ERR_INPUT && holds("drop/answer", "second"),
          "refuses to replace other bytes");
    /* As a run that was killed between the two renames leaves it. */
    ALWAYS(rename("drop/answer", "drop/.answer.old") == 0);
    CHECK(replace(sftp, "answer", "third", "second") && holds("drop/answer", "third") &&
              access("drop/.answer.old", F_OK) != 0,
          "goes on where a replacing was cut off");
    ALWAYS(link("drop/answer", "drop/.answer.old") == 0);
    CHECK(replace(sftp, "answer", "fourth", "third") && holds("drop/answer", "fourth") &&
              access("drop/.answer.old", F_OK) != 0,
          "and clears away what it left aside");
}

/* --- keys --- */

/* The message of an attempt to open, "" when it succeeded. */
static const char *attempt(const char *key, const char *known)
{
    struct sftp *sftp = NULL;
    struct sftp_peer other = peer;
    if (key)
        other.key_file = in_folder(key);
    if (known)
        other.known_hosts = in_folder(known);
    err_clear(&e);
    bool ok = sftp_open(&sftp, &other, &e);
    if (ok != (e.kind == ERR_NONE) || ok != (sftp != NULL))
        return "the error was filled on success or left empty on failure";
    sftp_close(sftp);
    return e.message;
}

static bool refused(const char *key, const char *known, const char *words)
{
    const char *message = attempt(key, known);
    bool ok = e.kind == ERR_USAGE && !e.retryable && strstr(message, words) && e.hint[0];
    if (!ok)
        printf("#   got kind %d \"%s\" hint \"%s\"\n", (int)e.kind, message, e.hint);
    return ok;
}

static void test_host_keys(void)
{
    size_t length = 0;
    char *fingerprint = local_file("fingerprint", &length);
    fingerprint[strcspn(fingerprint, "\n")] = '\0';
    CHECK_TEXT(attempt(NULL, "known"), "", "knows the pinned ed25519 key");
    CHECK_TEXT(attempt(NULL, "known_ecdsa"), "", "asks for the kind of key that is pinned");
    CHECK_TEXT(attempt(NULL, "hashed"), "", "knows a hashed name");
    CHECK(refused(NULL, "unknown", "no host key is pinned for this server"),
          "refuses a host that is not known");
    CHECK(strstr(e.message, fingerprint), "shows the fingerprint of the unknown host");
    CHECK(refused(NULL, "changed", "the server shows another host key than the one pinned"),
          "refuses a host whose key was changed");
    CHECK(strstr(e.message, fingerprint), "shows the fingerprint of the changed host");
    CHECK(refused(NULL, "known_rsa", "only an rsa host key is pinned"), "says why an rsa host key is no use");
    CHECK(refused(NULL, "missing", "could not be read"), "says that the pinned keys could not be read");
}

/* libssh2 1.10 leaks two numbers in each ecdsa login; the sanitizer, where there is one, is told to look
 * away. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static void test_ecdsa_login(void)
{
    if (__lsan_disable)
        __lsan_disable();
    CHECK_TEXT(attempt("user_ecdsa", NULL), "", "logs in with an ecdsa key");
    if (__lsan_enable)
        __lsan_enable();
}

static void test_user_keys(void)
{
    CHECK_TEXT(attempt("user_ed25519", NULL), "", "logs in with an ed25519 key");
    test_ecdsa_login();
    CHECK(refused("stranger", NULL, "the server refuses the key"), "says that the server refuses the key");
    CHECK(refused("user_rsa", NULL, "is rsa, which cannot be used"), "says why an rsa key is no use");
    CHECK(refused("user_rsa_pkcs8", NULL, "is rsa, which cannot be used"), "knows an rsa key in pem");
    CHECK(refused("locked", NULL, "is locked by a passphrase"), "asks nobody for a passphrase");
    CHECK(refused("nonsense", NULL, "could not be used"), "says what is no key");
    CHECK(attempt("open", NULL)[0] && e.kind == ERR_USAGE, "refuses a key that others may read");
    CHECK(attempt("missing", NULL)[0], "fails on a missing key");
}

/* --- trouble --- */

static void test_lost_line(void)
{
    struct taken taken = {.bytes = arena_alloc(arena, BIG_BYTES + 1, &e), .signal_at_first = SIGKILL};
    struct sftp *sftp = open_session();
    CHECK(!fetch(sftp, "tree/big", 0, BIG_BYTES, &taken),
          "fails when the server is killed in the middle of a file");
    CHECK(e.kind == ERR_NET && e.retryable, "calls a lost line worth another try");
    CHECK(taken.length > 0 && taken.length < BIG_BYTES, "handed on what had come");
    CHECK(!fetch(sftp, "tree/middle", 0, 0, &taken) && e.kind == ERR_NET && e.retryable,
          "stays lost after the line was lost");
    CHECK(strstr(e.message, "the line was lost before"), "says that it was lost before");
    sftp_close(sftp);

    sftp = open_session();
    size_t had = taken.length;
    taken.signal_at_first = 0;
    CHECK(fetch(sftp, "tree/big", had, BIG_BYTES - had, &taken) && taken.length == BIG_BYTES - had,
          "resumes in a new session");
    sftp_close(sftp);
}

static void test_silent_server(void)
{
    struct taken taken = {.bytes = arena_alloc(arena, BIG_BYTES + 1, &e), .signal_at_first = SIGSTOP};
    int timeout_ms = peer.timeout_ms;
    peer.timeout_ms = SHORT_TIMEOUT_MS;
    struct sftp *sftp = open_session();
    CHECK(!fetch(sftp, "tree/big", 0, BIG_BYTES, &taken), "gives up on a server that falls silent");
    CHECK(e.kind == ERR_NET && e.retryable, "calls silence worth another try");
    sftp_close(sftp);
    signal_sessions(server, SIGKILL);
    peer.timeout_ms = timeout_ms;
}

static void test_no_server(void)
{
    stop_server();
    CHECK(attempt(NULL, NULL)[0] && e.kind == ERR_NET && e.retryable,
          "calls a closed port worth another try");
    CHECK(strstr(e.message, "could not connect: Connection refused"), "says that the port is closed");
    peer.host = "no-such-host.invalid";
    CHECK(strstr(attempt(NULL, NULL), "the host is not found") && e.kind == ERR_NET,
          "says that there is no host");
}

int main(void)
{
    if (access(sshd, X_OK) != 0) {
        printf("1..0 # SKIP %s is not installed\n", sshd);
        return 0;
    }
    char text[64];
    port = free_port();
    (void)snprintf(text, sizeof text, "%d", port);
    bool ok = arena_open(&arena, (size_t)1 << 30, &e) && mkdtemp(folder) && chdir(folder) == 0 &&
              setenv("PORT", text, 1) == 0 && system(make_files) == 0 && start_server() &&
              sftp_library_open(&e);
    if (!ok) {
        printf("Bail out! the server could not be started, see %s\n", folder);
        return 1;
    }
    const struct passwd *user = getpwuid(geteuid());
    peer = (struct sftp_peer){.host = "127.0.0.1",
                              .port = port,
                              .user = user ? user->pw_name : "",
                              .key_file = in_folder("user_ed25519"),
                              .known_hosts = in_folder("known"),
                              .timeout_ms = TIMEOUT_MS};
    struct sftp *sftp = open_session();
    test_folders(sftp);
    test_fetch(sftp);
    test_put(sftp);
    test_replace(sftp);
    sftp_close(sftp);
    sftp_close(NULL);
    test_threads();
    test_host_keys();
    test_user_keys();
    test_lost_line();
    test_silent_server();
    test_no_server();
    sftp_library_close();
    (void)snprintf(text, sizeof text, "rm -r %s", folder);
    CHECK(chdir("/") == 0 && system(text) == 0, "clears away its files");
    arena_close(arena);
    return tap_end();
}
