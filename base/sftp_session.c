#include <errno.h>
#include <libssh2.h>
#include <libssh2_sftp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/fsfile.h"
#include "base/sftp_private.h"

enum { KEY_FILE_MAX = 64 << 10, FINGERPRINT_BYTES = 44, METHODS_BYTES = 128 };

/* Measured on loopback against OpenSSH 9.2: aes128-ctr with hmac-sha2-256 costs the two sides least of what
 * libssh2 1.10 and today's servers both take; the rest is there for servers that were told otherwise. */
static const char ciphers[] = "aes128-ctr,aes256-ctr,aes192-ctr";
static const char macs[] = "hmac-sha2-256,hmac-sha2-512";
static const char exchanges[] = "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,"
                                "ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,"
                                "diffie-hellman-group16-sha512,diffie-hellman-group14-sha256";

bool sftp_library_open(struct err *e)
{
    int code = libssh2_init(0);
    return code == 0 ? true : err_set(e, ERR_BUG, "libssh2 could not begin: code %d", code);
}

void sftp_library_close(void)
{
    libssh2_exit();
}

static bool is_lost_line(int code)
{
    switch (code) {
    case LIBSSH2_ERROR_SOCKET_NONE:
    case LIBSSH2_ERROR_BANNER_RECV:
    case LIBSSH2_ERROR_BANNER_SEND:
    case LIBSSH2_ERROR_SOCKET_SEND:
    case LIBSSH2_ERROR_SOCKET_RECV:
    case LIBSSH2_ERROR_SOCKET_DISCONNECT:
    case LIBSSH2_ERROR_SOCKET_TIMEOUT:
    case LIBSSH2_ERROR_TIMEOUT:
    case LIBSSH2_ERROR_CHANNEL_CLOSED:
    case LIBSSH2_ERROR_CHANNEL_EOF_SENT:
    case LIBSSH2_ERROR_EAGAIN:
        return true;
    default:
        return false;
    }
}

bool sftp_fail(struct sftp *sftp, const char *what, struct err *e)
{
    char *words = NULL;
    int code = libssh2_session_last_error(sftp->session, &words, NULL, 0);
    bool lost = is_lost_line(code);
    err_set(e, ERR_NET, "%s: %s: %s%s (libssh2 %d)", sftp->place, what, lost ? "the line was lost: " : "",
            words && words[0] ? words : "no reason given", code);
    e->retryable = lost;
    sftp->lost = true;
    return false;
}

/* --- the line --- */

static bool wait_for_connect(int fd, int timeout_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    int count;
    do
        count = poll(&ready, 1, timeout_ms);
    while (count < 0 && errno == EINTR);
    if (count == 0)
        errno = ETIMEDOUT;
    if (count <= 0)
        return false;
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0)
        errno = error;
    return errno == 0;
}

/* The socket, or -1 with errno. Small requests must not wait for Nagle's algorithm. */
static int connect_address(const struct addrinfo *address, int timeout_ms)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address->ai_protocol);
    if (fd < 0)
        return -1;
    int on = 1;
    bool ok = setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
              (connect(fd, address->ai_addr, address->ai_addrlen) == 0 ||
               (errno == EINPROGRESS && wait_for_connect(fd, timeout_ms)));
    if (ok)
        return fd;
    int reason = errno;
    (void)close(fd);
    errno = reason;
    return -1;
}

static bool connect_peer(struct sftp *sftp, const struct sftp_peer *peer, struct err *e)
{
    char port[12];
    (void)snprintf(port, sizeof port, "%d", peer->port);
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV}, *found = NULL;
    int code = getaddrinfo(peer->host, port, &wanted, &found);
    if (code != 0) {
        err_set(e, ERR_NET, "%s: the host is not found: %s", sftp->place, gai_strerror(code));
        e->retryable = code == EAI_AGAIN;
        return err_hint(e, "check host in the source's section and the name service");
    }
    for (struct addrinfo *at = found; at && sftp->socket < 0; at = at->ai_next)
        sftp->socket = connect_address(at, peer->timeout_ms);
    int reason = errno;
    freeaddrinfo(found);
    if (sftp->socket >= 0)
        return true;
    err_set_errno(e, ERR_NET, reason, "%s: could not connect", sftp->place);
    e->retryable = true;
    return err_hint(e, "check that the server runs and that no firewall is between");
}

/* --- the host key --- */

struct pinned {
    LIBSSH2_KNOWNHOSTS *hosts;
    char methods[METHODS_BYTES]; /* the kinds of keys pinned for the peer, empty = the peer is not known */
    bool rsa;                    /* an RSA key is pinned, which is no use here */
};

static const struct {
    int kind;
    const char *method;
} key_kinds[] = {
    {LIBSSH2_KNOWNHOST_KEY_ED25519, "ssh-ed25519"},
    {LIBSSH2_KNOWNHOST_KEY_ECDSA_256, "ecdsa-sha2-nistp256"},
    {LIBSSH2_KNOWNHOST_KEY_ECDSA_384, "ecdsa-sha2-nistp384"},
    {LIBSSH2_KNOWNHOST_KEY_ECDSA_521, "ecdsa-sha2-nistp521"},
};
enum { KEY_KINDS = sizeof key_kinds / sizeof key_kinds[0] };

/* The first kind is the one preferred. */
static void add_method(struct pinned *pinned, int kind)
{
    pinned->rsa |= kind == LIBSSH2_KNOWNHOST_KEY_SSHRSA;
    for (size_t i = 0; i < KEY_KINDS; i++) {
        size_t length = strlen(pinned->methods);
        if (key_kinds[i].kind == kind && !strstr(pinned->methods, key_kinds[i].method))
            (void)snprintf(pinned->methods + length, sizeof pinned->methods - length, "%s%s",
                           length > 0 ? "," : "", key_kinds[i].method);
    }
}

/* A key belongs to the peer when looking it up for the peer's name finds it: that way hashed names count too.
 */
static void find_methods(struct pinned *pinned, const struct sftp_peer *peer)
{
    struct libssh2_knownhost *at = NULL, *before = NULL;
    while (libssh2_knownhost_get(pinned->hosts, &at, before) == 0) {
        int kind = at->typemask & LIBSSH2_KNOWNHOST_KEY_MASK;
        int how = LIBSSH2_KNOWNHOST_TYPE_PLAIN | LIBSSH2_KNOWNHOST_KEYENC_BASE64 | kind;
        if (libssh2_knownhost_checkp(pinned->hosts, peer->host, peer->port, at->key, strlen(at->key), how,
                                     NULL) == LIBSSH2_KNOWNHOST_CHECK_MATCH)
            add_method(pinned, kind);
        before = at;
    }
}

static bool read_pinned(struct sftp *sftp, const struct sftp_peer *peer, struct pinned *pinned, struct err *e)
{
    pinned->hosts = libssh2_knownhost_init(sftp->session);
    if (!pinned->hosts)
        return err_set(e, ERR_BUG, "no memory for host keys");
    if (libssh2_knownhost_readfile(pinned->hosts, peer->known_hosts, LIBSSH2_KNOWNHOST_FILE_OPENSSH) < 0) {
        err_set(e, ERR_USAGE, "%s: the pinned host keys in \"%s\" could not be read", sftp->place,
                peer->known_hosts);
        return err_hint(
            e, "make the file with ssh-keyscan -p %d %s and compare the fingerprint with the owner's",
            peer->port, peer->host);
    }
    find_methods(pinned, peer);
    if (pinned->rsa && !pinned->methods[0]) {
        err_set(e, ERR_USAGE, "%s: only an rsa host key is pinned in \"%s\"", sftp->place, peer->known_hosts);
        return err_hint(e, "libssh2 1.10 knows rsa with sha-1 alone, which servers no longer offer: pin the "
                           "server's ed25519 or ecdsa key");
    }
    return true;
}

/* SHA256:… as ssh-keygen -l prints it. */
static void write_fingerprint(LIBSSH2_SESSION *session, char out[FINGERPRINT_BYTES])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *hash = libssh2_hostkey_hash(session, LIBSSH2_HOSTKEY_HASH_SHA256);
    uint8_t bytes[CRYPTO_SHA256_BYTES + 1] = {0};
    if (hash)
        memcpy(bytes, hash, CRYPTO_SHA256_BYTES);
    for (size_t i = 0; i < FINGERPRINT_BYTES - 1; i++) {
        size_t bit = 6 * i, at = bit / 8;
        unsigned pair = (unsigned)bytes[at] << 8 | bytes[at + 1];
        out[i] = digits[(pair >> (10 - bit % 8)) & 63];
    }
    out[FINGERPRINT_BYTES - 1] = '\0';
}

static bool check_host_key(struct sftp *sftp, const struct sftp_peer *peer, const struct pinned *pinned,
                           struct err *e)
{
    size_t length = 0;
    int type = 0;
    const char *key = libssh2_session_hostkey(sftp->session, &length, &type);
    int kind = LIBSSH2_KNOWNHOST_KEY_UNKNOWN;
    for (size_t i = 0; key && i < KEY_KINDS; i++) {
        const char *method = libssh2_session_methods(sftp->session, LIBSSH2_METHOD_HOSTKEY);
        if (method && strcmp(method, key_kinds[i].method) == 0)
            kind = key_kinds[i].kind;
    }
    int how = LIBSSH2_KNOWNHOST_TYPE_PLAIN | LIBSSH2_KNOWNHOST_KEYENC_RAW | kind;
    if (key && libssh2_knownhost_checkp(pinned->hosts, peer->host, peer->port, key, length, how, NULL) ==
                   LIBSSH2_KNOWNHOST_CHECK_MATCH)
        return true;
    char fingerprint[FINGERPRINT_BYTES];
    write_fingerprint(sftp->session, fingerprint);
    if (!pinned->methods[0]) {
        err_set(e, ERR_USAGE, "%s: no host key is pinned for this server in \"%s\", it showed SHA256:%s",
                sftp->place, peer->known_hosts, fingerprint);
        return err_hint(e,
                        "ask the owner for the fingerprint; if it is this one, add the line of ssh-keyscan "
                        "-p %d %s",
                        peer->port, peer->host);
    }
    err_set(e, ERR_USAGE, "%s: the server shows another host key than the one pinned in \"%s\": SHA256:%s",
            sftp->place, peer->known_hosts, fingerprint);
    return err_hint(e, "somebody may stand between: ask the owner whether the key was changed before pinning "
                       "the new one");
}

static bool set_methods(struct sftp *sftp, const struct pinned *pinned, struct err *e)
{
    const struct {
        int kind;
        const char *methods;
    } wanted[] = {
        {LIBSSH2_METHOD_KEX, exchanges},
        {LIBSSH2_METHOD_CRYPT_CS, ciphers},
        {LIBSSH2_METHOD_CRYPT_SC, ciphers},
        {LIBSSH2_METHOD_MAC_CS, macs},
        {LIBSSH2_METHOD_MAC_SC, macs},
        {LIBSSH2_METHOD_HOSTKEY, pinned->methods[0] ? pinned->methods
                                                    : "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,"
                                                      "ecdsa-sha2-nistp521"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (libssh2_session_method_pref(sftp->session, wanted[i].kind, wanted[i].methods) != 0)
            return sftp_fail(sftp, "choosing ciphers", e);
    return true;
}

/* The handshake, and the proof that the server is the one meant. */
static bool meet_server(struct sftp *sftp, const struct sftp_peer *peer, struct err *e)
{
    struct pinned pinned = {0};
    bool ok = read_pinned(sftp, peer, &pinned, e) && set_methods(sftp, &pinned, e);
    if (ok && libssh2_session_handshake(sftp->session, sftp->socket) != 0) {
        ok = sftp_fail(sftp, "handshake", e);
        if (!e->retryable)
            err_hint(e, "the server may lack a host key of the pinned kind (%s), or a cipher or mac of ours",
                     pinned.methods[0] ? pinned.methods : "none is pinned");
    }
    ok = ok && check_host_key(sftp, peer, &pinned, e);
    if (pinned.hosts)
        libssh2_knownhost_free(pinned.hosts);
    return ok;
}

/* --- the login --- */

static bool holds(struct str text, const char *wanted, size_t length)
{
    return memmem(text.data, text.length, wanted, length) != NULL;
}

/* Says of a key in OpenSSH's or a PEM form whether it is RSA and whether a passphrase locks it, both of which
 * it keeps in clear. */
static void inspect_key(struct sftp *sftp, struct str pem, bool *rsa, bool *locked)
{
    static const char magic[] = "openssh-key-v1\0\0\0\0\4none",
                      rsa_oid[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
    *rsa = holds(pem, "BEGIN RSA PRIVATE KEY", 21);
    *locked = holds(pem, "ENCRYPTED", 9);
    const char *begin = memchr(pem.data, '\n', pem.length);
    const char *end = begin ? memchr(begin, '-', (size_t)(pem.data + pem.length - begin)) : NULL;
    char *decoded = NULL;
    unsigned int length = 0;
    if (!end ||
        libssh2_base64_decode(sftp->session, &decoded, &length, begin, (unsigned int)(end - begin)) != 0)
        return;
    struct str body = {decoded, length};
    *rsa |= holds(body, "ssh-rsa", 7) || holds(body, rsa_oid, sizeof rsa_oid - 1);
    *locked |= holds(body, magic, 14) && !holds(body, magic, sizeof magic - 1);
    crypto_wipe(decoded, length);
    libssh2_free(sftp->session, decoded);
}

static bool check_key(struct sftp *sftp, const struct sftp_peer *peer, struct str pem, struct err *e)
{
    bool rsa = false, locked = false;
    inspect_key(sftp, pem, &rsa, &locked);
    if (rsa) {
        err_set(e, ERR_USAGE, "the key \"%s\" is rsa, which cannot be used", peer->key_file);
        return err_hint(
            e, "libssh2 1.10 signs rsa with sha-1 alone, which today's servers refuse: make a key with "
               "ssh-keygen -t ed25519");
    }
    if (locked) {
        err_set(e, ERR_USAGE, "the key \"%s\" is locked by a passphrase", peer->key_file);
        return err_hint(e, "nobody is there at night to type it: make a key without one, mode 0600");
    }
    return true;
}

static bool refuse_login(struct sftp *sftp, const struct sftp_peer *peer, int code, struct err *e)
{
    char *words = NULL;
    switch (code) {
    case LIBSSH2_ERROR_AUTHENTICATION_FAILED:
    case LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED:
        err_set(e, ERR_USAGE, "%s: the server refuses the key \"%s\" for user \"%s\"", sftp->place,
                peer->key_file, peer->user);
        return err_hint(e, "its public half belongs into that user's authorized_keys");
    case LIBSSH2_ERROR_FILE:
    case LIBSSH2_ERROR_PROTO:
    case LIBSSH2_ERROR_KEYFILE_AUTH_FAILED:
    case LIBSSH2_ERROR_METHOD_NOT_SUPPORTED:
        (void)libssh2_session_last_error(sftp->session, &words, NULL, 0);
        err_set(e, ERR_USAGE, "the key \"%s\" could not be used: %s", peer->key_file, words);
        return err_hint(e, "it must be an ed25519 or ecdsa private key: make one with ssh-keygen -t ed25519");
    default:
        return sftp_fail(sftp, "login", e);
    }
}

static bool log_in(struct sftp *sftp, const struct sftp_peer *peer, struct err *e)
{
    struct arena *arena = NULL;
    struct str pem = {NULL, 0};
    if (!arena_open(&arena, 2 * KEY_FILE_MAX, e))
        return false;
    bool ok =
        fsfile_read_secret(arena, peer->key_file, &pem.data, &pem.length, e) && check_key(sftp, peer, pem, e);
    if (ok) {
        int code = libssh2_userauth_publickey_frommemory(sftp->session, peer->user, strlen(peer->user), NULL,
                                                         0, pem.data, pem.length, "");
        ok = code == 0 || refuse_login(sftp, peer, code, e);
    }
    if (pem.data)
        crypto_wipe((void *)(uintptr_t)pem.data, pem.length); /* the arena's bytes are ours */
    arena_close(arena);
    return ok;
}

static bool open_channel(struct sftp *sftp, struct err *e)
{
    sftp->channel = libssh2_sftp_init(sftp->session);
    if (sftp->channel)
        return true;
    sftp_fail(sftp, "starting sftp", e);
    return err_hint(e, "the server may not offer the sftp subsystem to this user");
}

bool sftp_open(struct sftp **sftp, const struct sftp_peer *peer, struct err *e)
{
    *sftp = NULL;
    struct sftp *made = calloc(1, sizeof *made);
    if (!made)
        return err_set(e, ERR_BUG, "no memory for an sftp session");
    made->socket = -1;
    (void)snprintf(made->place, sizeof made->place, "sftp \"%s\" port %d", peer->host, peer->port);
    made->piece = malloc(SFTP_PIECE_BYTES);
    made->session = libssh2_session_init();
    bool ok = made->piece && made->session;
    if (!ok)
        err_set(e, ERR_BUG, "no memory for an sftp session");
    else
        libssh2_session_set_timeout(made->session, peer->timeout_ms);
    ok = ok && connect_peer(made, peer, e) && meet_server(made, peer, e) && log_in(made, peer, e) &&
         open_channel(made, e);
    if (!ok) {
        sftp_close(made);
        return false;
    }
    *sftp = made;
    return true;
}

/* After the farewell, which is one send, libssh2 takes the line for closed and waits for no answers. */
void sftp_close(struct sftp *sftp)
{
    if (!sftp)
        return;
    if (sftp->session && sftp->socket >= 0) {
        libssh2_session_set_blocking(sftp->session, 0);
        (void)libssh2_session_disconnect(sftp->session, "done");
        (void)shutdown(sftp->socket, SHUT_RDWR);
        libssh2_session_set_blocking(sftp->session, 1);
    }
    if (sftp->stuck)
        (void)libssh2_sftp_close(sftp->stuck);
    if (sftp->channel)
        (void)libssh2_sftp_shutdown(sftp->channel);
    if (sftp->session)
        (void)libssh2_session_free(sftp->session);
    if (sftp->socket >= 0)
        (void)close(sftp->socket);
    free(sftp->piece);
    free(sftp);
}
