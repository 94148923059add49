/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for libcufile where there is no device: device memory is host memory. Counts what goes
   through it, checks what the real library would, and fails when it is told to, by the environment
   too: STANDIN_CUFILE="compatible" is without nvfs, "pinned=KIB" lets no more be registered, and with
   "broken" no file is taken. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

typedef struct { int err; int cu_err; } cufile_error_t;
typedef struct { int type; union { int fd; void *handle; } handle; const void *fs_ops; } descr_t;
typedef struct {
  struct {
    unsigned major_version, minor_version;
    size_t poll_thresh_size, max_direct_io_size;
    unsigned dstatusflags, dcontrolflags;
  } nvfs;
  unsigned fflags, max_device_cache_size, per_buffer_cache_size, max_device_pinned_mem_size;
  unsigned max_batch_io_size, max_batch_io_timeout_msecs;
} props_t;
typedef struct {
  int mode;
  union { struct { void *base; off_t file_offset; off_t offset; size_t size; } batch; } u;
  void *fh;
  int opcode;
  void *cookie;
} request_t;
typedef struct { void *cookie; int status; size_t ret; } event_t;
typedef struct { int fd; } file_t;
typedef struct { unsigned capacity, count; event_t events[]; } batch_t;

_Static_assert(sizeof(cufile_error_t) == 8 && sizeof(descr_t) == 24, "layout");
_Static_assert(sizeof(props_t) == 56 && sizeof(request_t) == 64 && sizeof(event_t) == 24, "layout");

enum { BUFFERS = 64, INVALID_OPEN_FLAG = 5019, INVALID_MAPPING = 5017, ALREADY = 5023,
       NOT_REGISTERED = 5024, BATCH_FULL = 5037, INVALID_VALUE = 5022, CONTEXT_MISMATCH = 5015 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { const char *base; size_t length; } buffers[BUFFERS];
static long bytes_read, bytes_written, registered_bytes, files, open_files, memories, batches;
static long open_batches, drivers, canceled, calls, fail_at, fail_code;
static size_t shortest;
static unsigned nvfs_major = 2, pinned_kib = 1 << 20, open_millis;

void standin_reset(void) {
  memset(buffers, 0, sizeof buffers);
  bytes_read = bytes_written = registered_bytes = files = open_files = memories = batches = 0;
  open_batches = drivers = canceled = calls = fail_at = fail_code = 0;
  shortest = 0;
  nvfs_major = 2;
  pinned_kib = 1 << 20;
  open_millis = 0;
}

/* The nth call from now that can fail does, with this CUfileOpError. */
void standin_fail(long nth, long code) { fail_at = calls + nth; fail_code = code; }
void standin_short(long bytes) { shortest = bytes; }
void standin_without_nvfs(void) { nvfs_major = 0; }
void standin_pinned(long kib) { pinned_kib = kib; }
void standin_slow_open(long millis) { open_millis = millis; }

long standin_count(const char *what) {
  struct { const char *name; long value; } all[] = {
    {"read", bytes_read}, {"written", bytes_written}, {"registered", registered_bytes},
    {"files", files}, {"open files", open_files}, {"memories", memories}, {"batches", batches},
    {"open batches", open_batches}, {"drivers", drivers}, {"canceled", canceled},
    {"calls", calls}};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if (!strcmp(all[i].name, what)) return all[i].value;
  return -1;
}

static int failing(void) {
  pthread_mutex_lock(&lock);
  int code = ++calls == fail_at ? fail_code : 0;
  pthread_mutex_unlock(&lock);
  return code;
}

/* Where there is a driver, calls with its memory are made in a context of its. */
static int lacks_context(void) {
  void *driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD), *context = NULL;
  int (*get_current)(void **) = driver ? (int (*)(void **)) dlsym(driver, "cuCtxGetCurrent") : NULL;
  if (driver) dlclose(driver);
  return get_current && (get_current(&context) || !context);
}

static cufile_error_t result(int code) { return (cufile_error_t){code, code == 5011 ? 100 : 0}; }

cufile_error_t cuFileGetVersion(int *version) { *version = 1170; return result(0); }

cufile_error_t cuFileDriverOpen(void) {
  const char *script = getenv("STANDIN_CUFILE");
  if (script) {
    if (strstr(script, "compatible")) standin_without_nvfs();
    sscanf(script, "pinned=%u", &pinned_kib);
  }
  usleep(open_millis * 1000);
  int code = failing();
  if (!code) drivers++;
  return result(code);
}

cufile_error_t cuFileDriverClose_v2(void) { drivers--; return result(0); }

cufile_error_t cuFileDriverGetProperties(props_t *props) {
  memset(props, 0, sizeof *props);
  props->nvfs.major_version = nvfs_major;
  props->nvfs.minor_version = nvfs_major ? 17 : 0;
  props->max_device_pinned_mem_size = pinned_kib;
  props->max_batch_io_size = 16;
  return result(failing());
}

cufile_error_t cuFileHandleRegister(void **handle, descr_t *descr) {
  const char *script = getenv("STANDIN_CUFILE");
  if (script && strstr(script, "broken")) return result(5011);
  int code = failing();
  if (code) return result(code);
  if (descr->type != 1 || descr->fs_ops) return result(INVALID_VALUE);
  int flags = fcntl(descr->handle.fd, F_GETFL);
  if (flags < 0 || !(flags & O_DIRECT)) return result(INVALID_OPEN_FLAG);
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descr->handle.fd);
  file_t *file = malloc(sizeof *file);
  file->fd = open(path, (flags & O_ACCMODE) | O_CLOEXEC);
  *handle = file;
  pthread_mutex_lock(&lock);
  files++;
  open_files++;
  pthread_mutex_unlock(&lock);
  return result(0);
}

void cuFileHandleDeregister(void *handle) {
  file_t *file = handle;
  close(file->fd);
  free(file);
  pthread_mutex_lock(&lock);
  open_files--;
  pthread_mutex_unlock(&lock);
}

cufile_error_t cuFileBufRegister(const void *base, size_t length, int flags) {
  int code = failing();
  if (code || flags) return result(code ? code : INVALID_VALUE);
  if (lacks_context()) return result(CONTEXT_MISMATCH);
  for (int i = 0; i < BUFFERS; i++)
    if (buffers[i].length && buffers[i].base == base) return result(ALREADY);
  for (int i = 0; i < BUFFERS; i++)
    if (!buffers[i].length) {
      buffers[i].base = base;
      buffers[i].length = length;
      memories++;
      return result(0);
    }
  return result(5036);
}

cufile_error_t cuFileBufDeregister(const void *base) {
  int code = failing();
  if (code) return result(code);
  for (int i = 0; i < BUFFERS; i++)
    if (buffers[i].length && buffers[i].base == base) {
      buffers[i].length = 0;
      memories--;
      return result(0);
    }
  return result(NOT_REGISTERED);
}

static ssize_t transfer(int write, void *handle, char *base, size_t size, off_t file_offset,
                        off_t offset) {
  int code = failing();
  if (code == EIO) { errno = EIO; return -1; }
  if (code) return -code;
  if (lacks_context()) return -CONTEXT_MISMATCH;
  int known = 0;
  for (int i = 0; i < BUFFERS; i++)
    if (buffers[i].length && buffers[i].base == base) {
      if (offset + size > buffers[i].length) return -INVALID_MAPPING;
      known = 1;
    }
  if (shortest && size > shortest) size = shortest;
  file_t *file = handle;
  ssize_t count = write ? pwrite(file->fd, base + offset, size, file_offset)
                        : pread(file->fd, base + offset, size, file_offset);
  if (count > 0) {
    pthread_mutex_lock(&lock);
    *(write ? &bytes_written : &bytes_read) += count;
    if (known) registered_bytes += count;
    pthread_mutex_unlock(&lock);
  }
  return count;
}

ssize_t cuFileRead(void *fh, void *base, size_t size, off_t file_offset, off_t offset) {
  return transfer(0, fh, base, size, file_offset, offset);
}

ssize_t cuFileWrite(void *fh, const void *base, size_t size, off_t file_offset, off_t offset) {
  return transfer(1, fh, (char *)base, size, file_offset, offset);
}

cufile_error_t cuFileBatchIOSetUp(void **handle, unsigned nr) {
  int code = failing();
  if (code) return result(code);
  batch_t *batch = calloc(1, sizeof *batch + nr * sizeof(event_t));
  batch->capacity = nr;
  *handle = batch;
  batches++;
  open_batches++;
  return result(0);
}

cufile_error_t cuFileBatchIOSubmit(void *handle, unsigned nr, request_t *requests, unsigned flags) {
  int code = failing();
  if (code || flags) return result(code ? code : INVALID_VALUE);
  batch_t *batch = handle;
  if (batch->count + nr > batch->capacity) return result(BATCH_FULL);
  for (unsigned i = 0; i < nr; i++) {
    request_t *each = &requests[i];
    if (each->mode != 1) return result(INVALID_VALUE);
    ssize_t count = transfer(each->opcode, each->fh, each->u.batch.base, each->u.batch.size,
                             each->u.batch.file_offset, each->u.batch.offset);
    batch->events[batch->count++] = (event_t){each->cookie, count < 0 ? 0x40 : 0x10, count};
  }
  return result(0);
}

/* Tells the last ones first, and never more than three: nobody may count on an order. */
cufile_error_t cuFileBatchIOGetStatus(void *handle, unsigned min_nr, unsigned *nr, event_t *events,
                               struct timespec *timeout) {
  int code = failing();
  if (code || timeout) return result(code ? code : INVALID_VALUE);
  batch_t *batch = handle;
  unsigned told = 0;
  while (told < *nr && told < 3 && batch->count) events[told++] = batch->events[--batch->count];
  *nr = told;
  return result(told ? 0 : min_nr ? INVALID_VALUE : 0);
}

cufile_error_t cuFileBatchIOCancel(void *handle) {
  ((batch_t *)handle)->count = 0;
  canceled++;
  return result(0);
}

void cuFileBatchIODestroy(void *handle) {
  free(handle);
  open_batches--;
}
