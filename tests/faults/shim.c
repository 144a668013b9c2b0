/* A disk that fails on demand, below SQLite.

   Preloaded into a process, it numbers every pwrite, write, fsync, fdatasync, ftruncate, unlink and
   rename of files in one folder, and lets the process meet a fault at the n-th of them:

     STOP      the process is gone before the n-th call
     TORN      of the n-th call, if it writes, half is done; then the process is gone
     POWER     the power is gone before the n-th call: what was not synced is lost
     REORDER   as POWER, but of what was not synced any part, drawn by the seed, had reached the disk
     FULL      the n-th call and all later ones that need room fail with ENOSPC
     BROKEN    the n-th call alone fails with EIO
     READONLY  the n-th call and all later ones fail with EROFS

   For POWER and REORDER it keeps, for every file, the bytes that are surely on the disk and what
   was written since; and for the folder, which names were made, taken away or changed since the
   folder itself was synced. Shared memory (-shm) is not on any disk: it vanishes with the power. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COUNT, STOP, TORN, POWER, REORDER, FULL, BROKEN, READONLY };
enum { GONE = 86 };

typedef struct {
  int is_truncate;
  off_t offset;
  size_t length;
  char *data;
} Change;

typedef struct {
  char path[4096];
  char *durable;
  size_t size;
  Change *changes;
  size_t count, room;
} File;

typedef struct {
  enum { MADE, TAKEN, RENAMED } kind;
  File *file;       /* MADE, TAKEN: the file; RENAMED: the file under its new name */
  char before[4096]; /* RENAMED: its old name */
  File *lost;        /* RENAMED: what the new name stood for, or null */
} Naming;

static char folder[4096];
static int mode = COUNT, armed = 0, passing = 0;
static long calls = 0, fault_at = 0;
static uint64_t state = 1;
static File *files[4096];
static size_t file_count = 0;
static Naming namings[4096];
static size_t naming_count = 0;
static File *opened[4096];      /* by descriptor */
static char is_folder[4096];    /* by descriptor */

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static uint64_t draw(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static int concerns(const char *path) {
  size_t length = strlen(folder), end = strlen(path);
  if (!armed || passing || !length || strncmp(path, folder, length) || path[length] != '/') return 0;
  return !(end > 4 && !strcmp(path + end - 4, "-shm"));
}

static File *file_at(const char *path, int add) {
  for (size_t i = 0; i < file_count; i++)
    if (files[i] && !strcmp(files[i]->path, path)) return files[i];
  if (!add) return NULL;
  File *file = calloc(1, sizeof *file);
  strncpy(file->path, path, sizeof file->path - 1);
  files[file_count++] = file;
  return file;
}

static void set_size(File *file, size_t size) {
  file->durable = realloc(file->durable, size ? size : 1);
  if (size > file->size) memset(file->durable + file->size, 0, size - file->size);
  file->size = size;
}

static void apply(File *file, const Change *change) {
  if (change->is_truncate) {
    set_size(file, change->offset);
    return;
  }
  if (change->offset + change->length > file->size) set_size(file, change->offset + change->length);
  memcpy(file->durable + change->offset, change->data, change->length);
}

enum { ALL, SOME, NONE };

/* Take what was written since the last sync to be on the disk: all of it, some, or none. */
static void settle(File *file, int which) {
  for (size_t i = 0; i < file->count; i++) {
    if (which == ALL || (which == SOME && draw() & 1)) apply(file, &file->changes[i]);
    free(file->changes[i].data);
  }
  file->count = 0;
}

static void note(File *file, int is_truncate, off_t offset, const void *data, size_t length) {
  if (mode != POWER && mode != REORDER) return;
  if (file->count == file->room) {
    file->room = file->room ? 2 * file->room : 16;
    file->changes = realloc(file->changes, file->room * sizeof *file->changes);
  }
  Change *change = &file->changes[file->count++];
  change->is_truncate = is_truncate;
  change->offset = offset;
  change->length = length;
  change->data = length ? memcpy(malloc(length), data, length) : NULL;
}

/* Read what a file holds when it is first seen: it was there before, so it is on the disk. */
static void load(File *file) {
  int fd = REAL(open)(file->path, O_RDONLY);
  if (fd < 0) return;
  struct stat found;
  if (!fstat(fd, &found) && found.st_size) {
    set_size(file, found.st_size);
    if (pread(fd, file->durable, file->size, 0) < 0) abort();
  }
  REAL(close)(fd);
}

static void store(const File *file) {
  int fd = REAL(open)(file->path, O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (fd < 0) abort();
  if (file->size && REAL(pwrite)(fd, file->durable, file->size, 0) != (ssize_t)file->size) abort();
  REAL(close)(fd);
}

static void lose_power(void) {
  char shared[4200];
  for (size_t i = naming_count; i-- > 0;) {
    if (mode == REORDER && draw() & 1) continue;
    Naming *each = &namings[i];
    if (each->kind == MADE) {
      REAL(unlink)(each->file->path);
      each->file->path[0] = 0;
    } else if (each->kind == TAKEN) {
      files[file_count++] = each->file;
    } else {
      REAL(unlink)(each->file->path);
      strcpy(each->file->path, each->before);
      if (each->lost) files[file_count++] = each->lost;
    }
  }
  for (size_t i = 0; i < file_count; i++) {
    if (!files[i] || !files[i]->path[0]) continue;
    settle(files[i], mode == REORDER ? SOME : NONE);
    store(files[i]);
    strcpy(shared, files[i]->path);
    strcat(shared, "-shm");
    REAL(unlink)(shared);
  }
}

/* Count a call; return whether it must fail, with errno set. The rest says what it would write. */
static int meets_fault(int needs_room, int fd, const void *data, size_t length, off_t offset) {
  calls++;
  if (mode == COUNT || calls < fault_at) return 0;
  if (mode == STOP) _exit(GONE);
  if (mode == TORN) {
    if (length > 1 && REAL(pwrite)(fd, data, length / 2, offset) < 0) abort();
    _exit(GONE);
  }
  if (mode == POWER || mode == REORDER) {
    passing = 1;
    lose_power();
    _exit(GONE);
  }
  if (mode == FULL && needs_room) return errno = ENOSPC, 1;
  if (mode == BROKEN && calls == fault_at) return errno = EIO, 1;
  if (mode == READONLY) return errno = EROFS, 1;
  return 0;
}

/* What the tests call. */

void fault_arm(const char *where, int how, long at, unsigned long seed) {
  strncpy(folder, where, sizeof folder - 1);
  mode = how;
  fault_at = at;
  calls = 0;
  state = seed * 2654435761u + 88172645463325252ull;
  for (int i = 0; i < 8; i++) draw();
  armed = 1;
}

long fault_calls(void) { return calls; }

void fault_mend(void) { mode = COUNT; }

/* What the process calls. */

static int opened_as(int fd, const char *path, int flags, int was_there) {
  if (fd < 0 || fd >= 4096) return fd;
  opened[fd] = NULL;
  is_folder[fd] = armed && !passing && !strcmp(path, folder);
  if (!concerns(path)) return fd;
  struct stat found;
  if (fstat(fd, &found) || !S_ISREG(found.st_mode)) return fd;
  File *file = file_at(path, 0);
  if (!file) {
    file = file_at(path, 1);
    if (was_there) load(file);
    else {
      namings[naming_count].kind = MADE;
      namings[naming_count++].file = file;
    }
  }
  if (flags & O_TRUNC && was_there) note(file, 1, 0, NULL, 0);
  opened[fd] = file;
  return fd;
}

#define OPEN(name, ...)                                                       \
  mode_t rights = 0;                                                          \
  if (flags & O_CREAT) {                                                      \
    va_list rest;                                                             \
    va_start(rest, flags);                                                    \
    rights = va_arg(rest, mode_t);                                            \
    va_end(rest);                                                             \
  }                                                                           \
  struct stat found;                                                          \
  int was_there = !stat(path, &found);                                        \
  if (mode == READONLY && concerns(path) && (flags & O_ACCMODE) != O_RDONLY)  \
    return errno = EROFS, -1;                                                 \
  return opened_as(REAL(name)(__VA_ARGS__, rights), path, flags, was_there);

int open(const char *path, int flags, ...) { OPEN(open, path, flags) }
int open64(const char *path, int flags, ...) { OPEN(open64, path, flags) }
int openat(int at, const char *path, int flags, ...) { OPEN(openat, at, path, flags) }
int openat64(int at, const char *path, int flags, ...) { OPEN(openat64, at, path, flags) }

int close(int fd) {
  if (fd >= 0 && fd < 4096) opened[fd] = NULL, is_folder[fd] = 0;
  return REAL(close)(fd);
}

static File *file_of(int fd) { return armed && !passing && fd >= 0 && fd < 4096 ? opened[fd] : NULL; }

#define PWRITE(name)                                                          \
  File *file = file_of(fd);                                                   \
  if (file && meets_fault(1, fd, data, length, offset)) return -1;      \
  ssize_t done = REAL(name)(fd, data, length, offset);                        \
  if (file && done > 0) note(file, 0, offset, data, done);                    \
  return done;

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { PWRITE(pwrite) }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { PWRITE(pwrite64) }

ssize_t write(int fd, const void *data, size_t length) {
  File *file = file_of(fd);
  off_t offset = file ? lseek(fd, 0, SEEK_CUR) : 0;
  if (file && meets_fault(1, fd, data, length, offset)) return -1;
  ssize_t done = REAL(write)(fd, data, length);
  if (file && done > 0) note(file, 0, offset, data, done);
  return done;
}

#define SYNC(name)                                                            \
  File *file = file_of(fd);                                                   \
  int of_folder = armed && !passing && fd >= 0 && fd < 4096 && is_folder[fd]; \
  if ((file || of_folder) && meets_fault(0, fd, NULL, 0, 0)) return -1; \
  int failed = REAL(name)(fd);                                                \
  if (file && !failed) settle(file, ALL);                                      \
  if (of_folder && !failed) naming_count = 0;                                 \
  return failed;

int fsync(int fd) { SYNC(fsync) }
int fdatasync(int fd) { SYNC(fdatasync) }

#define TRUNCATE(name)                                                        \
  File *file = file_of(fd);                                                   \
  if (file && meets_fault(1, fd, NULL, 0, 0)) return -1;                \
  int failed = REAL(name)(fd, length);                                        \
  if (file && !failed) note(file, 1, length, NULL, 0);                        \
  return failed;

int ftruncate(int fd, off_t length) { TRUNCATE(ftruncate) }
int ftruncate64(int fd, off64_t length) { TRUNCATE(ftruncate64) }

static void forget(File *file) {
  for (size_t i = 0; i < file_count; i++)
    if (files[i] == file) files[i] = NULL;
}

static int unlinked(const char *path) {
  if (concerns(path) && meets_fault(0, -1, NULL, 0, 0)) return -1;
  int failed = REAL(unlink)(path);
  File *file = !failed && concerns(path) ? file_at(path, 0) : NULL;
  if (file) {
    forget(file);
    namings[naming_count].kind = TAKEN;
    namings[naming_count++].file = file;
  }
  return failed;
}

int unlink(const char *path) { return unlinked(path); }

int unlinkat(int at, const char *path, int flags) {
  return concerns(path) && !flags ? unlinked(path) : REAL(unlinkat)(at, path, flags);
}

int rename(const char *from, const char *to) {
  if (concerns(from) && meets_fault(0, -1, NULL, 0, 0)) return -1;
  int failed = REAL(rename)(from, to);
  File *file = !failed && concerns(from) ? file_at(from, 0) : NULL;
  if (file) {
    Naming *naming = &namings[naming_count++];
    naming->kind = RENAMED;
    naming->file = file;
    naming->lost = file_at(to, 0);
    if (naming->lost) forget(naming->lost);
    strcpy(naming->before, from);
    strncpy(file->path, to, sizeof file->path - 1);
  }
  return failed;
}
