/* sftp_private: what sftp.c (files) and sftp_session.c (the line, host key, login) share. Nobody else's. */
#ifndef DAYBOOK_BASE_SFTP_PRIVATE_H
#define DAYBOOK_BASE_SFTP_PRIVATE_H

#include "base/sftp.h"

struct _LIBSSH2_SESSION;
struct _LIBSSH2_SFTP;
struct _LIBSSH2_SFTP_HANDLE;

struct sftp {
    int socket; /* -1 before it is connected */
    struct _LIBSSH2_SESSION *session;
    struct _LIBSSH2_SFTP *channel;
    struct _LIBSSH2_SFTP_HANDLE
        *stuck; /* a handle that could not be closed any more, closed with the session */
    bool lost;  /* libssh2 was left in the middle of a call: another would go on with that one's answer */
    char place[288]; /* sftp "host" port N, which begins every message */
    char *piece;     /* where pieces of files are gathered, SFTP_PIECE_BYTES */
};

enum { SFTP_PIECE_BYTES = 256 << 10 };

/* Fills *e from the last error of the session: ERR_NET, retryable when the line was lost. what names the
 * action. Returns false. */
bool sftp_fail(struct sftp *sftp, const char *what, struct err *e);

#endif
