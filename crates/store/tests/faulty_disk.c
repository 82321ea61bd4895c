/* A disk that fails, loaded into a child process with LD_PRELOAD.
 *
 * It counts the writes, truncations and syncs on files below FAULT_FOLDER, and at number FAULT_AT does
 * what FAULT_MODE says:
 *
 *   eio     that operation fails with EIO, once
 *   full    half of that write is done; every write from then on fails with ENOSPC
 *   kill    the process is killed just before the operation
 *   torn    half of that write is done, then the process is killed
 *   power   everything that was not synced is lost, then the process is killed
 *   watch   nothing fails, but each line "ack..." on standard output is checked: since the one before it
 *           the write-ahead log must have been synced, and nothing of it may be unsynced
 *
 * What it did is told on standard error, one word in a line.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* What a write or a truncation replaced. */
struct undo {
    struct undo *older;
    off_t offset, old_size;
    size_t length;
    char *bytes;
};

struct file {
    struct file *next;
    dev_t device;
    ino_t inode;
    int fd; /* our own, never closed: closing it would drop the locks of the process */
    int is_log;
    struct undo *unsynced;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file *files;
static long count;
static int full;
static int log_syncs;

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static int mode_is(const char *mode) { return strcmp(setting("FAULT_MODE"), mode) == 0; }

static void tell(const char *word) {
    char line[64];
    int length = snprintf(line, sizeof line, "%s\n", word);
    REAL(write)(2, line, (size_t)length);
}

/* The file behind `fd`, if it lies in the folder. */
static struct file *file_of(int fd) {
    char link[64], path[4096];
    const char *folder = setting("FAULT_FOLDER");
    struct stat status;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0 || !*folder) return NULL;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder)) != 0 || fstat(fd, &status) != 0) return NULL;
    for (struct file *file = files; file; file = file->next)
        if (file->device == status.st_dev && file->inode == status.st_ino) return file;
    struct file *file = calloc(1, sizeof *file);
    file->device = status.st_dev;
    file->inode = status.st_ino;
    file->fd = S_ISREG(status.st_mode) ? open(link, O_RDWR) : -1;
    file->is_log = strstr(path, "-wal") != NULL;
    file->next = files;
    files = file;
    return file;
}

static void remember(struct file *file, off_t offset, size_t length) {
    struct stat status;
    if (fstat(file->fd, &status) != 0) return;
    struct undo *undo = calloc(1, sizeof *undo);
    undo->offset = offset;
    undo->old_size = status.st_size;
    undo->bytes = malloc(length + 1);
    ssize_t got = pread(file->fd, undo->bytes, length, offset);
    undo->length = got > 0 ? (size_t)got : 0;
    undo->older = file->unsynced;
    file->unsynced = undo;
}

static void synced(struct file *file) {
    while (file->unsynced) {
        struct undo *undo = file->unsynced;
        file->unsynced = undo->older;
        free(undo->bytes);
        free(undo);
    }
    if (file->is_log) log_syncs++;
}

static void lose_power(void) {
    for (struct file *file = files; file; file = file->next)
        for (struct undo *undo = file->unsynced; undo; undo = undo->older) {
            REAL(pwrite)(file->fd, undo->bytes, undo->length, undo->offset);
            REAL(ftruncate)(file->fd, undo->old_size);
        }
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Counts an operation; true if this is the one that fails. */
static int hit(const char *operation, int is_write) {
    if ((mode_is("full") || mode_is("torn")) && !is_write) return 0;
    if (++count != atol(setting("FAULT_AT"))) return 0;
    tell(operation);
    if (mode_is("power")) lose_power();
    if (mode_is("power") || mode_is("kill")) die();
    return 1;
}

static void check_ack(const void *line, size_t length) {
    if (!mode_is("watch") || length < 3 || memcmp(line, "ack", 3) != 0) return;
    int unsynced = 0;
    for (struct file *file = files; file; file = file->next) unsynced |= file->is_log && file->unsynced;
    tell(log_syncs > 0 && !unsynced ? "synced-ack" : "unsynced-ack");
    log_syncs = 0;
}

static ssize_t faulty_write(const char *name, int fd, const void *bytes, size_t length, off_t offset, int seeks) {
    ssize_t done;
    pthread_mutex_lock(&lock);
    struct file *file = file_of(fd);
    if (fd == 1) check_ack(bytes, length);
    if (file && full) {
        errno = ENOSPC;
        done = -1;
    } else if (file && hit(name, 1) && mode_is("eio")) {
        errno = EIO;
        done = -1;
    } else {
        int fails = file && count == atol(setting("FAULT_AT"));
        size_t part = fails && (mode_is("full") || mode_is("torn")) ? (length + 1) / 2 : length;
        if (file) remember(file, seeks ? lseek(fd, 0, SEEK_CUR) : offset, part);
        done = seeks ? REAL(write)(fd, bytes, part) : REAL(pwrite)(fd, bytes, part, offset);
        if (fails && mode_is("torn")) die();
        if (fails && mode_is("full")) full = 1;
    }
    pthread_mutex_unlock(&lock);
    return done;
}

EXPORT ssize_t write(int fd, const void *bytes, size_t length) {
    return faulty_write("write", fd, bytes, length, 0, 1);
}

EXPORT ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    return faulty_write("write", fd, bytes, length, offset, 0);
}

EXPORT ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
    return faulty_write("write", fd, bytes, length, offset, 0);
}

EXPORT int ftruncate(int fd, off_t size) {
    int result = -1;
    pthread_mutex_lock(&lock);
    struct file *file = file_of(fd);
    if (file && hit("truncate", 0) && mode_is("eio")) {
        errno = EIO;
    } else {
        struct stat status;
        if (file && fstat(fd, &status) == 0)
            remember(file, size, status.st_size > size ? (size_t)(status.st_size - size) : 0);
        result = REAL(ftruncate)(fd, size);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

EXPORT int ftruncate64(int fd, off_t size) { return ftruncate(fd, size); }

static int faulty_sync(int fd, int (*real)(int)) {
    int result = -1;
    pthread_mutex_lock(&lock);
    struct file *file = file_of(fd);
    if (file && hit("sync", 0) && mode_is("eio")) {
        errno = EIO;
    } else {
        result = real(fd);
        if (file && result == 0) synced(file);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

EXPORT int fsync(int fd) { return faulty_sync(fd, REAL(fsync)); }

EXPORT int fdatasync(int fd) { return faulty_sync(fd, REAL(fdatasync)); }
