#include "base/fsfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "tests/unit/tap.h"

static struct err e;
static char top[] = "/tmp/daybook-fsfile-XXXXXX";

static const char *at(const char *name)
{
    static char paths[4][256];
    static int turn;
    char *path = paths[turn++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", top, name);
    return path;
}

static void make_file(const char *path, const char *bytes, mode_t mode)
{
    FILE *file = fopen(path, "w");
    ALWAYS(file && fputs(bytes, file) >= 0 && fclose(file) == 0 && chmod(path, mode) == 0);
}

static bool is_there(const char *path)
{
    bool exists = false;
    return fsfile_exists(path, &exists, &e) && exists;
}

static void test_read(struct arena *arena)
{
    const char *bytes = NULL;
    size_t length = 0;
    make_file(at("seven"), "seven\n!", 0644);
    CHECK(fsfile_read(arena, at("seven"), 7, &bytes, &length, &e), "a file of the largest size is read");
    CHECK(length == 7 && memcmp(bytes, "seven\n!", 8) == 0, "the bytes are those of the file, and a NUL");
    CHECK(!fsfile_read(arena, at("seven"), 6, &bytes, &length, &e), "a larger file is refused");
    CHECK_INT(e.kind, ERR_INPUT, "its size is an error of input");
    CHECK(strstr(e.message, "has 7 bytes, more than the 6 allowed") != NULL, "the message tells both sizes");
    CHECK(!fsfile_read(arena, at("nowhere"), 6, &bytes, &length, &e), "a missing file is an error");
    CHECK(e.kind == ERR_DISK && strstr(e.message, "/nowhere\": No such file") != NULL,
          "the message names the file");
    CHECK(!fsfile_read(arena, top, 6, &bytes, &length, &e) && e.kind == ERR_INPUT, "a folder is no file");
    ALWAYS(mkfifo(at("pipe"), 0600) == 0);
    CHECK(!fsfile_read(arena, at("pipe"), 6, &bytes, &length, &e) && e.kind == ERR_INPUT,
          "a named pipe is no file, and nobody waits for it");
    make_file(at("empty"), "", 0644);
    CHECK(fsfile_read(arena, at("empty"), 0, &bytes, &length, &e) && length == 0 && bytes[0] == '\0',
          "an empty file is read");
}

static void test_read_secret(struct arena *arena)
{
    const char *bytes = NULL;
    size_t length = 0;
    make_file(at("secret"), "pin", 0600);
    CHECK(fsfile_read_secret(arena, at("secret"), &bytes, &length, &e) && length == 3,
          "a secret of ours is read");
    ALWAYS(chmod(at("secret"), 0400) == 0);
    CHECK(fsfile_read_secret(arena, at("secret"), &bytes, &length, &e), "a stricter mode is good");
    static const mode_t modes[] = {0640, 0604, 0610, 0602};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        ALWAYS(chmod(at("secret"), modes[i]) == 0);
        CHECK(!fsfile_read_secret(arena, at("secret"), &bytes, &length, &e) && e.kind == ERR_USAGE,
              "a secret that others may use is refused");
    }
    CHECK(strstr(e.message, "mode 0602") && strstr(e.hint, "chmod 600 "),
          "the message tells mode and remedy");
    ALWAYS(chmod(at("secret"), 0600) == 0);
    if (geteuid() == 0) {
        ALWAYS(chown(at("secret"), 65534, 65534) == 0);
        CHECK(!fsfile_read_secret(arena, at("secret"), &bytes, &length, &e) && e.kind == ERR_USAGE,
              "a secret of another user is refused");
    }
    CHECK(!fsfile_read_secret(arena, at("nowhere"), &bytes, &length, &e) && e.kind == ERR_DISK,
          "a missing secret is an error of the disk");
}

static void test_map(void)
{
    const char *bytes = NULL;
    size_t length = 0;
    CHECK(fsfile_map(at("seven"), &bytes, &length, &e) && length == 7 && memcmp(bytes, "seven\n!", 7) == 0,
          "a file is mapped");
    fsfile_unmap(bytes, length);
    CHECK(fsfile_map(at("empty"), &bytes, &length, &e) && length == 0 && !bytes,
          "an empty file maps to nothing");
    fsfile_unmap(bytes, length);
    CHECK(!fsfile_map(at("nowhere"), &bytes, &length, &e) && e.kind == ERR_DISK,
          "a missing file is not mapped");
}

static void test_folders(void)
{
    struct stat found;
    (void)umask(0007);
    CHECK(fsfile_make_folders(at("a/b//c/"), &e), "a folder is made with its parents");
    CHECK(stat(at("a/b/c"), &found) == 0 && (found.st_mode & 0777) == 0750, "folders are closed to others");
    (void)umask(0077);
    CHECK(fsfile_make_folders(at("a/b/c"), &e), "a folder that is there is success");
    CHECK(!fsfile_make_folders(at("seven/x"), &e) && e.kind == ERR_DISK, "a file in the way is an error");
    CHECK(!fsfile_make_folders(at("seven"), &e) && strstr(e.message, "Not a directory"),
          "it says what is wrong");
    bool exists = true;
    CHECK(fsfile_exists(at("a/nowhere"), &exists, &e) && !exists, "what is missing does not exist");
    CHECK(fsfile_exists(at("seven/x"), &exists, &e) && !exists, "below a file nothing exists");
    CHECK(fsfile_exists(at("a"), &exists, &e) && exists, "a folder exists");
    ALWAYS(symlink("loop", at("loop")) == 0);
    CHECK(!fsfile_exists(at("loop"), &exists, &e) && e.kind == ERR_DISK, "could not look is not missing");
}

static void test_write(struct arena *arena)
{
    const char *bytes = NULL;
    size_t length = 0;
    struct stat first, second;
    CHECK(fsfile_write(at("new/deep/file"), "one", 3, 0640, &e), "a file is written into missing folders");
    ALWAYS(stat(at("new/deep/file"), &first) == 0);
    CHECK((first.st_mode & 07777) == 0640, "the mode is as asked, whatever the umask");
    CHECK(fsfile_write(at("new/deep/file"), "one", 3, 0640, &e), "writing the same bytes again is success");
    ALWAYS(stat(at("new/deep/file"), &second) == 0);
    CHECK(first.st_ino == second.st_ino, "a file with these bytes is left untouched");
    CHECK(fsfile_write(at("new/deep/file"), "two!", 4, 0640, &e), "other bytes replace it");
    ALWAYS(stat(at("new/deep/file"), &second) == 0);
    CHECK(first.st_ino != second.st_ino, "it is replaced by rename, never written over");
    CHECK(fsfile_read(arena, at("new/deep/file"), 99, &bytes, &length, &e) && strcmp(bytes, "two!") == 0,
          "the new bytes are there");
    CHECK(!is_there(at("new/deep/.file.part")), "no temporary name stays");
    CHECK(fsfile_write(at("new/nothing"), NULL, 0, 0600, &e) && is_there(at("new/nothing")),
          "an empty file is made");
    CHECK(!fsfile_write(at("a"), "x", 1, 0600, &e) && e.kind == ERR_DISK, "a folder is not replaced");
    CHECK(!is_there(at(".a.part")), "a failed write leaves no temporary file");
    ALWAYS(chdir(top) == 0);
    CHECK(fsfile_write("bare", "x", 1, 0600, &e) && is_there(at("bare")),
          "a bare name lies in the working folder");
}

/* Runs a write in a child that is killed at the point. */
static bool is_killed_at(const char *point)
{
    pid_t child = fork();
    if (child == 0) {
        (void)setenv("DAYBOOK_FAULT", point, 1);
        fault_open();
        _exit(fsfile_write(at("new/deep/file"), "three", 5, 0640, &e) ? 0 : 1);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGKILL;
}

static void test_kills(struct arena *arena)
{
    const char *bytes = NULL;
    size_t length = 0;
    CHECK(is_killed_at("fsfile.fsync:1"), "the point fsfile.fsync is passed");
    CHECK(fsfile_read(arena, at("new/deep/file"), 99, &bytes, &length, &e) && strcmp(bytes, "two!") == 0,
          "killed before fsync, the old file stands");
    CHECK(is_killed_at("fsfile.rename:1"),
          "the point fsfile.rename is passed, over the leavings of the last kill");
    CHECK(fsfile_read(arena, at("new/deep/file"), 99, &bytes, &length, &e) && strcmp(bytes, "two!") == 0,
          "killed before rename, the old file stands");
    CHECK(fsfile_write(at("new/deep/file"), "three", 5, 0640, &e), "the next run writes it");
    CHECK(!is_there(at("new/deep/.file.part")), "and clears what the killed ones left");
    CHECK(fsfile_read(arena, at("new/deep/file"), 99, &bytes, &length, &e) && strcmp(bytes, "three") == 0,
          "then the new file stands");
}

static void test_full_disk(void)
{
    struct rlimit old, small = {4096, 4096};
    ALWAYS(getrlimit(RLIMIT_FSIZE, &old) == 0);
    small.rlim_max = old.rlim_max;
    ALWAYS(signal(SIGXFSZ, SIG_IGN) != SIG_ERR && setrlimit(RLIMIT_FSIZE, &small) == 0);
    static char large[10000];
    memset(large, 'x', sizeof large);
    CHECK(!fsfile_write(at("large"), large, sizeof large, 0600, &e), "a write that does not fit is an error");
    ALWAYS(setrlimit(RLIMIT_FSIZE, &old) == 0);
    CHECK(e.kind == ERR_DISK && strstr(e.message, "File too large"), "it says why");
    CHECK(!is_there(at("large")) && !is_there(at(".large.part")), "nothing of it stays");

    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        CHECK(!fsfile_write_all(fd, "/dev/full", "x", 1, &e), "a full disk is an error");
        CHECK(e.kind == ERR_DISK && strstr(e.message, "No space left"), "a full disk is named");
        CHECK_TEXT(e.hint, "make room on its file system", "and its remedy");
        (void)close(fd);
    }
    CHECK(!fsfile_sync_folder(at("nowhere"), &e) && e.kind == ERR_DISK, "a missing folder cannot be synced");
}

int main(void)
{
    struct arena *arena = NULL;
    (void)umask(0077);
    ALWAYS(mkdtemp(top) && arena_open(&arena, 1024 * 1024, &e));
    test_read(arena);
    test_read_secret(arena);
    test_map();
    test_folders();
    test_write(arena);
    test_kills(arena);
    test_full_disk();
    arena_close(arena);
    char remove[300];
    (void)snprintf(remove, sizeof remove, "rm -rf '%s'", top);
    ALWAYS(chdir("/") == 0 && system(remove) == 0);
    return tap_end();
}
