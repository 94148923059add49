/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for the CUDA driver where there is no device: device memory is host memory, each stream
   is a thread that does its work in order and late, so that a missing event shows as a wrong result,
   and the kernel is the same source, compiled here. Checks what the real driver would find out or
   would die of, counts calls and bytes, and fails where it is told to, by the environment too:
   STANDIN_CUDA="memory=BYTES,delay=MICROSECONDS,FUNCTION:N=CUresult,…" (the Nth call of a
   function from the beginning, or from standin_script on; errors of a lost device stay). */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Thread_local int standin_block_x, standin_block_y;
#include "kernels.cu"

enum { INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_DEVICE = 101, INVALID_CONTEXT = 201,
       ALREADY_MAPPED = 712, NOT_REGISTERED = 713, INVALID_HANDLE = 400, NOT_FOUND = 500,
       NOT_READY = 600, ILLEGAL_ADDRESS = 700, INVALID_PTX = 218 };
enum { ALLOCATIONS = 4096, FUNCTIONS = 64, FAULTS = 64, DEPTH = 16 };

typedef struct { char *base; size_t size; } range_t;
typedef struct event { pthread_mutex_t lock; pthread_cond_t news; long recorded, done; } event_t;
typedef struct work {
  enum { COPY, RECORD, WAIT, ATTEND, STORE, CHECKSUM, END } what;
  char *to, *from;
  size_t bytes, count, distance; /* of runs */
  event_t *event;
  long number;
  union { Attention attention; Rows rows; Checksum checksum; } argument;
  int columns, lines; /* blocks */
  struct work *next;
} work_t;
typedef struct {
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t news;
  work_t *first, **last;
  int busy, held;
} stream_t;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static range_t device_memory[ALLOCATIONS], pinned[ALLOCATIONS];
static size_t allocated, limit = 1UL << 30;
static long to_device, to_host, pageable, launches, contexts, streams, events, modules;
static int lost, delay = 50;
static struct { const char *name; long calls; } functions[FUNCTIONS];
static struct { char name[64]; long at; int code; } faults[FAULTS];
static int fault_count;
static _Thread_local int current; /* contexts pushed by this thread */

static long *calls_of(const char *name) {
  for (int i = 0; i < FUNCTIONS; i++) {
    if (!functions[i].name) functions[i].name = name;
    if (!strcmp(functions[i].name, name)) return &functions[i].calls;
  }
  abort();
}

/* Every function begins here. Errors from 700 on are those of a lost device: they stay. */
static int enter(const char *name, int needs_context) {
  pthread_mutex_lock(&lock);
  long calls = ++*calls_of(name);
  int code = lost;
  for (int i = 0; i < fault_count && !code; i++)
    if (faults[i].at == calls && !strcmp(faults[i].name, name)) code = faults[i].code;
  if (code >= ILLEGAL_ADDRESS) lost = code;
  pthread_mutex_unlock(&lock);
  if (!code && needs_context && current == 0) code = INVALID_CONTEXT;
  return code;
}
#define ENTER(needs_context) \
  int code = enter(__func__, needs_context); \
  if (code) return code

/* memory=, delay=, and the calls that fail, counted from now on. */
void standin_script(const char *script) {
  pthread_mutex_lock(&lock);
  fault_count = 0;
  char *copy = strdup(script), *rest = copy, *part;
  while ((part = strsep(&rest, ",")) != NULL) {
    char name[64];
    long at;
    int value;
    if (sscanf(part, "memory=%zu", &limit) == 1 || sscanf(part, "delay=%d", &delay) == 1) continue;
    if (sscanf(part, "%63[^:]:%ld=%d", name, &at, &value) == 3 && fault_count < FAULTS) {
      strcpy(faults[fault_count].name, name);
      faults[fault_count].at = at;
      faults[fault_count++].code = value;
    }
  }
  free(copy);
  for (int i = 0; i < FUNCTIONS; i++) functions[i].calls = 0;
  pthread_mutex_unlock(&lock);
}

/* As new; what a lost device kept is given back. Nothing may be under way. */
void standin_reset(void) {
  standin_script("");
  pthread_mutex_lock(&lock);
  for (int i = 0; i < ALLOCATIONS; i++) {
    free(device_memory[i].base);
    device_memory[i].base = pinned[i].base = NULL;
  }
  limit = 1UL << 30;
  delay = 50;
  lost = 0;
  allocated = 0;
  to_device = to_host = pageable = launches = contexts = streams = events = modules = 0;
  pthread_mutex_unlock(&lock);
}

static long count_ranges(const range_t *ranges) {
  long count = 0;
  for (int i = 0; i < ALLOCATIONS; i++) count += ranges[i].base != NULL;
  return count;
}

/* Bytes and objects by the names here, calls by those of functions. */
long standin_count(const char *what) {
  pthread_mutex_lock(&lock);
  struct { const char *name; long value; } all[] = {
    {"bytes to device", to_device}, {"bytes to host", to_host}, {"pageable copies", pageable},
    {"launches", launches}, {"contexts", contexts}, {"streams", streams}, {"events", events},
    {"modules", modules}, {"allocations", count_ranges(device_memory)},
    {"pinned", count_ranges(pinned)}, {"bytes", (long) allocated}};
  long value = 0; /* a function that was never called */
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if (!strcmp(all[i].name, what)) value = all[i].value;
  for (int i = 0; i < FUNCTIONS && functions[i].name; i++)
    if (!strcmp(functions[i].name, what)) value = functions[i].calls;
  pthread_mutex_unlock(&lock);
  return value;
}

static int holds(const range_t *ranges, const void *at, size_t bytes) {
  int found = 0;
  pthread_mutex_lock(&lock);
  for (int i = 0; i < ALLOCATIONS && !found; i++)
    found = ranges[i].base && (const char *) at >= ranges[i].base
        && (const char *) at + bytes <= ranges[i].base + ranges[i].size;
  pthread_mutex_unlock(&lock);
  return found;
}

static int add(range_t *ranges, void *base, size_t size) {
  for (int i = 0; i < ALLOCATIONS; i++)
    if (!ranges[i].base) {
      ranges[i] = (range_t){base, size};
      return 1;
    }
  return 0;
}

static size_t take(range_t *ranges, void *base) {
  for (int i = 0; i < ALLOCATIONS; i++)
    if (base && ranges[i].base == base) {
      ranges[i].base = NULL;
      return ranges[i].size;
    }
  return 0;
}

static int holds_pages(const unsigned long long *pages, int last, int chunk_tokens, long long key,
                       long long value, size_t row_bytes) {
  int count = last / chunk_tokens + 1;
  if (!holds(device_memory, pages, count * sizeof *pages)) return 0;
  for (int i = 0; i < count; i++) {
    int positions = last + 1 - i * chunk_tokens;
    size_t plane = (positions > chunk_tokens ? chunk_tokens : positions) * row_bytes;
    const char *page = (const char *) pages[i];
    if (!holds(device_memory, page + key, plane) || !holds(device_memory, page + value, plane))
      return 0;
  }
  return 1;
}

/* Whether a kernel may read and write where it is told to. */
static int may_attend(const Attention *a, int heads, int rows) {
  size_t bytes = (size_t) rows * heads * a->headSize * sizeof(float);
  return a->headSize >= 1 && a->headSize <= MOST_HEAD_SIZE && a->chunkTokens >= 1
      && a->chunkTokens <= THREADS && heads == a->heads && holds(device_memory, a->queries, bytes)
      && holds(device_memory, a->result, bytes)
      && holds_pages(a->pages, a->first + rows - 1, a->chunkTokens, a->keyOffset, a->valueOffset,
                     (size_t) a->kvLength * (a->isBf16 ? 2 : 4));
}
static int may_store(const Rows *r, int rows) {
  size_t row = r->rowHalves * sizeof *r->rows;
  return rows == r->count && r->chunkTokens >= 1 && holds(device_memory, r->rows, 2 * rows * row)
      && holds_pages(r->pages, r->first + rows - 1, r->chunkTokens, r->keyOffset, r->valueOffset,
                     row);
}
static int may_sum(const Checksum *c, int columns) {
  size_t sums = (c->count + SEGMENT - 1) / SEGMENT;
  return c->count > 0 && (uintptr_t) c->bytes % 4 == 0 && columns == (int) ((sums + THREADS - 1) / THREADS)
      && holds(device_memory, c->bytes, c->count)
      && holds(device_memory, c->sums, sums * sizeof *c->sums);
}

static void launch(const work_t *work) {
  int may = work->what == ATTEND
      ? may_attend(&work->argument.attention, work->columns, work->lines)
      : work->what == STORE ? may_store(&work->argument.rows, work->lines)
      : may_sum(&work->argument.checksum, work->columns);
  if (!may) {
    pthread_mutex_lock(&lock);
    lost = ILLEGAL_ADDRESS;
    pthread_mutex_unlock(&lock);
    return;
  }
  for (standin_block_y = 0; standin_block_y < work->lines; standin_block_y++)
    for (standin_block_x = 0; standin_block_x < work->columns; standin_block_x++)
      if (work->what == ATTEND) attend(work->argument.attention);
      else if (work->what == STORE) store(work->argument.rows);
      else checksum(work->argument.checksum);
}

static void *work_on(void *of) {
  stream_t *stream = of;
  for (int over = 0; !over;) {
    pthread_mutex_lock(&stream->lock);
    stream->busy = 0;
    pthread_cond_broadcast(&stream->news);
    while (!stream->first || stream->held) pthread_cond_wait(&stream->news, &stream->lock);
    work_t *work = stream->first;
    stream->first = work->next;
    if (!stream->first) stream->last = &stream->first;
    stream->busy = 1;
    pthread_mutex_unlock(&stream->lock);
    if (delay) usleep(delay);
    switch (work->what) {
      case COPY:
        for (size_t i = 0; i < work->count; i++)
          memcpy(work->to + i * work->distance, work->from + i * work->distance, work->bytes);
        break;
      case ATTEND:
      case STORE:
      case CHECKSUM: launch(work); break;
      case RECORD:
      case WAIT:
        pthread_mutex_lock(&work->event->lock);
        if (work->what == RECORD) {
          work->event->done = work->number;
          pthread_cond_broadcast(&work->event->news);
        } else {
          while (work->event->done < work->number)
            pthread_cond_wait(&work->event->news, &work->event->lock);
        }
        pthread_mutex_unlock(&work->event->lock);
        break;
      case END: over = 1; break;
    }
    free(work);
  }
  return NULL;
}

/* A stream that is held begins no work, until it is let go. */
void standin_hold(stream_t *stream, long held) {
  pthread_mutex_lock(&stream->lock);
  stream->held = (int) held;
  pthread_cond_broadcast(&stream->news);
  pthread_mutex_unlock(&stream->lock);
}

static void give(stream_t *stream, work_t work) {
  work_t *own = malloc(sizeof *own);
  *own = work;
  own->next = NULL;
  pthread_mutex_lock(&stream->lock);
  *stream->last = own;
  stream->last = &own->next;
  pthread_cond_broadcast(&stream->news);
  pthread_mutex_unlock(&stream->lock);
}

static void await(stream_t *stream) {
  pthread_mutex_lock(&stream->lock);
  while (stream->first || stream->busy) pthread_cond_wait(&stream->news, &stream->lock);
  pthread_mutex_unlock(&stream->lock);
}

int cuInit(unsigned flags) {
  static int begun;
  const char *script = getenv("STANDIN_CUDA");
  if (!begun++ && script) standin_script(script);
  ENTER(0);
  return flags ? INVALID_VALUE : 0;
}

int cuDriverGetVersion(int *version) { ENTER(0); *version = 12060; return 0; }
int cuDeviceGetCount(int *count) { ENTER(0); *count = 1; return 0; }
int cuDeviceGet(int *device, int ordinal) {
  ENTER(0);
  *device = 0;
  return ordinal ? INVALID_DEVICE : 0;
}
int cuDeviceGetName(char *name, int length, int device) {
  ENTER(0);
  snprintf(name, length, "Terrace stand-in %d", device);
  return 0;
}
int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  ENTER(0);
  *bytes = limit;
  return device ? INVALID_DEVICE : 0;
}
int cuDeviceGetAttribute(int *value, int attribute, int device) {
  ENTER(0);
  *value = attribute == 75 ? 7 : attribute == 76 ? 5 : 0;
  return device ? INVALID_DEVICE : 0;
}

int cuDevicePrimaryCtxRetain(void **context, int device) {
  ENTER(0);
  *context = &contexts;
  contexts++;
  return device ? INVALID_DEVICE : 0;
}
int cuDevicePrimaryCtxRelease_v2(int device) {
  ENTER(0);
  contexts--;
  return device ? INVALID_DEVICE : 0;
}
int cuCtxPushCurrent_v2(void *context) {
  ENTER(0);
  if (context != &contexts || contexts < 1 || current >= DEPTH) return INVALID_CONTEXT;
  current++;
  return 0;
}
int cuCtxPopCurrent_v2(void **context) {
  if (current == 0) return INVALID_CONTEXT;
  current--;
  if (context) *context = &contexts;
  return 0;
}

int cuCtxGetCurrent(void **context) {
  *context = current ? &contexts : NULL;
  return 0;
}
int cuPointerGetAttribute(void *data, int attribute, char *address) {
  ENTER(0);
  if (attribute != 1 || !holds(device_memory, address, 1)) return INVALID_VALUE;
  *(void **) data = &contexts;
  return 0;
}

int cuMemGetInfo_v2(size_t *free_bytes, size_t *total) {
  ENTER(1);
  *free_bytes = limit > allocated ? limit - allocated : 0;
  *total = limit;
  return 0;
}
int cuMemAlloc_v2(char **address, size_t bytes) {
  ENTER(1);
  if (!bytes) return INVALID_VALUE;
  pthread_mutex_lock(&lock);
  code = allocated + bytes > limit ? OUT_OF_MEMORY : 0;
  if (!code) {
    *address = aligned_alloc(256, (bytes + 255) / 256 * 256);
    memset(*address, 0xFF, bytes); /* NaN in every element type */
    allocated += bytes;
    if (!add(device_memory, *address, bytes)) abort();
  }
  pthread_mutex_unlock(&lock);
  return code;
}
int cuMemFree_v2(char *address) {
  ENTER(1);
  pthread_mutex_lock(&lock);
  size_t bytes = take(device_memory, address);
  allocated -= bytes;
  pthread_mutex_unlock(&lock);
  if (bytes) free(address);
  return bytes ? 0 : INVALID_VALUE;
}
int cuMemHostRegister_v2(char *base, size_t bytes, unsigned flags) {
  ENTER(1);
  if (!bytes || flags > 1) return INVALID_VALUE;
  if (holds(pinned, base, 1)) return ALREADY_MAPPED;
  pthread_mutex_lock(&lock);
  if (!add(pinned, base, bytes)) abort();
  pthread_mutex_unlock(&lock);
  return 0;
}
int cuMemHostUnregister(char *base) {
  ENTER(1);
  pthread_mutex_lock(&lock);
  size_t bytes = take(pinned, base);
  pthread_mutex_unlock(&lock);
  return bytes ? 0 : NOT_REGISTERED;
}

typedef struct { size_t bytes, count, distance; } runs_t;

/* What is not pinned is done with when the call returns. */
static int copy(char *to, char *from, runs_t runs, int is_to_device, stream_t *stream) {
  size_t length = (runs.count - 1) * runs.distance + runs.bytes;
  if (!holds(device_memory, is_to_device ? to : from, length)) return INVALID_VALUE;
  int is_pinned = holds(pinned, is_to_device ? from : to, length);
  pthread_mutex_lock(&lock);
  *(is_to_device ? &to_device : &to_host) += runs.bytes * runs.count;
  pageable += !is_pinned;
  pthread_mutex_unlock(&lock);
  give(stream, (work_t){.what = COPY, .to = to, .from = from, .bytes = runs.bytes,
                        .count = runs.count, .distance = runs.distance});
  if (!is_pinned) await(stream);
  return 0;
}
int cuMemcpyHtoDAsync_v2(char *to, char *from, size_t bytes, stream_t *stream) {
  ENTER(1);
  return copy(to, from, (runs_t){bytes, 1, bytes}, 1, stream);
}
int cuMemcpyDtoHAsync_v2(char *to, char *from, size_t bytes, stream_t *stream) {
  ENTER(1);
  return copy(to, from, (runs_t){bytes, 1, bytes}, 0, stream);
}

typedef struct {
  size_t x, y;
  enum { HOST = 1, DEVICE_SIDE = 2 } type;
  char *host, *device;
  void *array;
  size_t pitch;
} side_t;
typedef struct { side_t source, target; size_t width, height; } copy_t;

int cuMemcpy2DAsync_v2(const copy_t *c, stream_t *stream) {
  ENTER(1);
  int is_to_device = c->source.type == HOST && c->target.type == DEVICE_SIDE;
  int is_to_host = c->source.type == DEVICE_SIDE && c->target.type == HOST;
  int is_plain = !c->source.x && !c->source.y && !c->target.x && !c->target.y && c->height
      && c->source.pitch == c->target.pitch && c->width <= c->source.pitch;
  if (is_to_device == is_to_host || !is_plain) return INVALID_VALUE;
  runs_t runs = {c->width, c->height, c->source.pitch};
  return is_to_device ? copy(c->target.device, c->source.host, runs, 1, stream)
                      : copy(c->target.host, c->source.device, runs, 0, stream);
}

int cuStreamCreate(stream_t **made, unsigned flags) {
  ENTER(1);
  if (flags > 1) return INVALID_VALUE;
  stream_t *stream = calloc(1, sizeof *stream);
  pthread_mutex_init(&stream->lock, NULL);
  pthread_cond_init(&stream->news, NULL);
  stream->last = &stream->first;
  pthread_create(&stream->thread, NULL, work_on, stream);
  streams++;
  *made = stream;
  return 0;
}
int cuStreamDestroy_v2(stream_t *stream) {
  ENTER(1);
  give(stream, (work_t){.what = END});
  pthread_join(stream->thread, NULL);
  free(stream);
  streams--;
  return 0;
}
int cuStreamSynchronize(stream_t *stream) {
  ENTER(1);
  await(stream);
  return lost;
}
int cuStreamWaitEvent(stream_t *stream, event_t *event, unsigned flags) {
  ENTER(1);
  pthread_mutex_lock(&event->lock);
  long number = event->recorded;
  pthread_mutex_unlock(&event->lock);
  give(stream, (work_t){.what = WAIT, .event = event, .number = number});
  return flags ? INVALID_VALUE : 0;
}

int cuEventCreate(event_t **made, unsigned flags) {
  ENTER(1);
  if (flags & ~3u) return INVALID_VALUE;
  event_t *event = calloc(1, sizeof *event);
  pthread_mutex_init(&event->lock, NULL);
  pthread_cond_init(&event->news, NULL);
  events++;
  *made = event;
  return 0;
}
/* What waits for it goes on doing so: its memory stays. */
int cuEventDestroy_v2(event_t *event) {
  ENTER(1);
  events--;
  return event ? 0 : INVALID_HANDLE;
}
int cuEventRecord(event_t *event, stream_t *stream) {
  ENTER(1);
  pthread_mutex_lock(&event->lock);
  long number = ++event->recorded;
  pthread_mutex_unlock(&event->lock);
  give(stream, (work_t){.what = RECORD, .event = event, .number = number});
  return 0;
}
int cuEventQuery(event_t *event) {
  ENTER(1);
  pthread_mutex_lock(&event->lock);
  int over = event->done >= event->recorded;
  pthread_mutex_unlock(&event->lock);
  return over ? lost : NOT_READY;
}
int cuEventSynchronize(event_t *event) {
  ENTER(1);
  pthread_mutex_lock(&event->lock);
  long number = event->recorded;
  while (event->done < number) pthread_cond_wait(&event->news, &event->lock);
  pthread_mutex_unlock(&event->lock);
  return lost;
}

int cuModuleLoadData(void **module, const char *image) {
  ENTER(1);
  if (!strstr(image, ".version") || !strstr(image, ".entry attend(")
      || !strstr(image, ".entry store(") || !strstr(image, ".entry checksum("))
    return INVALID_PTX;
  *module = &modules;
  modules++;
  return 0;
}
int cuModuleUnload(void *module) {
  ENTER(1);
  modules--;
  return module == &modules ? 0 : INVALID_HANDLE;
}
int cuModuleGetFunction(void **function, void *module, const char *name) {
  ENTER(1);
  if (module != &modules) return INVALID_HANDLE;
  *function = !strcmp(name, "attend") ? (void *) attend
      : !strcmp(name, "store") ? (void *) store
      : !strcmp(name, "checksum") ? (void *) checksum : NULL;
  return *function ? 0 : NOT_FOUND;
}
int cuLaunchKernel(void *function, unsigned x, unsigned y, unsigned z, unsigned threads_x,
                   unsigned threads_y, unsigned threads_z, unsigned shared, stream_t *stream,
                   void **arguments, void **extra) {
  ENTER(1);
  int what = function == (void *) attend ? ATTEND
      : function == (void *) store ? STORE
      : function == (void *) checksum ? CHECKSUM : END;
  if (what == END || z != 1 || threads_x != THREADS || threads_y != 1 || threads_z != 1 || shared
      || extra || !x || !y || y > 65535)
    return INVALID_VALUE;
  pthread_mutex_lock(&lock);
  launches++;
  pthread_mutex_unlock(&lock);
  work_t work = {.what = what, .columns = (int) x, .lines = (int) y};
  memcpy(&work.argument, arguments[0],
         what == ATTEND ? sizeof(Attention) : what == STORE ? sizeof(Rows) : sizeof(Checksum));
  give(stream, work);
  return 0;
}

int cuGetErrorName(int code, const char **name) {
  static const struct { int code; const char *name; } names[] = {
    {1, "CUDA_ERROR_INVALID_VALUE"}, {2, "CUDA_ERROR_OUT_OF_MEMORY"},
    {100, "CUDA_ERROR_NO_DEVICE"}, {101, "CUDA_ERROR_INVALID_DEVICE"},
    {201, "CUDA_ERROR_INVALID_CONTEXT"}, {218, "CUDA_ERROR_INVALID_PTX"},
    {600, "CUDA_ERROR_NOT_READY"}, {700, "CUDA_ERROR_ILLEGAL_ADDRESS"},
    {719, "CUDA_ERROR_LAUNCH_FAILED"}};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (names[i].code == code) {
      *name = names[i].name;
      return 0;
    }
  return INVALID_VALUE;
}
