/* SPDX-License-Identifier: Apache-2.0 */
/* What is computed in pages of KV on the device: attention, and checksums.

   One source for two compilers. NVRTC compiles it for the device; the stand-in of the tests compiles
   it as C, where the threads of a block run one after the other between two barriers: EACH_THREAD
   runs what follows for every thread t, and ends with a barrier. What a thread is to know beyond
   that lies in shared memory. Sums are written as fmaf, and contraction is off, so that a compiler
   has no choice. */

#define THREADS 256
#define MOST_HEAD_SIZE 256

#ifdef __CUDACC__
#define KERNEL extern "C" __global__ void
#define DEVICE static __device__ __forceinline__
#define SHARED __shared__
#define EACH_THREAD(t) for (int t = threadIdx.x, once = 1; once; once = 0, __syncthreads())
#define COLUMN ((int) blockIdx.x)
#define ROW ((int) blockIdx.y)
#define INFINITE __int_as_float(0x7f800000)
#else
#include <math.h>
#include <string.h>
#define KERNEL void
#define DEVICE static inline
#define SHARED static _Thread_local
#define EACH_THREAD(t) for (int t = 0; t < THREADS; t++)
#define COLUMN standin_block_x
#define ROW standin_block_y
#define INFINITE INFINITY
#endif

/* Causal attention over pages of KV, grouped queries, online softmax in 32 bits (Milakov and
   Gimelshein, arXiv 1805.02867; pages as in PagedAttention, arXiv 2309.06180).

   A block computes one head of one row: a query at one position. It takes the pages in their order,
   and within a page adds in an order that depends on the geometry alone, so that its bits do not
   depend on how many rows are computed at once, nor on where the pages came from. */
typedef struct {
  const unsigned long long *pages; /* addresses of pages, in the order of positions */
  const float *queries;            /* [rows][heads][headSize] */
  float *result;                   /* [rows][heads][headSize] */
  long long keyOffset;             /* of the layer's keys in a page, in bytes */
  long long valueOffset;           /* of the layer's values */
  int first;                       /* position of the first row */
  int heads;
  int headsPerKvHead;
  int headSize;                    /* 1 to MOST_HEAD_SIZE */
  int kvLength;                    /* elements from one position to the next */
  int chunkTokens;                 /* positions of a page, 1 to THREADS */
  int isBf16;                      /* elements of pages: 0 for F32, 1 for BF16 */
  float scale;
  float softCap;                   /* of logits; 0 for none */
} Attention;

typedef struct {
  const unsigned long long *pages; /* as above */
  const unsigned short *rows;      /* [K|V][rows][kvLength], elements as those of pages */
  long long keyOffset;
  long long valueOffset;
  int first;
  int count;                       /* of rows */
  int chunkTokens;
  int rowHalves;                   /* of a row's keys, in units of 16 bits */
} Rows;

DEVICE float element(const void *plane, long long index, int isBf16) {
  if (!isBf16) {
    return ((const float *) plane)[index];
  }
  unsigned bits = (unsigned) ((const unsigned short *) plane)[index] << 16;
#ifdef __CUDACC__
  return __uint_as_float(bits);
#else
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
#endif
}

KERNEL attend(Attention a) {
  SHARED float query[MOST_HEAD_SIZE];
  SHARED float weights[THREADS];  /* of the page's positions: scores, then exponentials */
  SHARED float reduced[THREADS];
  SHARED float partial[THREADS];  /* [group][headSize], of the page */
  SHARED float total[MOST_HEAD_SIZE];
  SHARED float most, sum, shrink; /* the largest score so far, the sum of weights, of the old ones */

  int size = a.headSize;
  int groups = THREADS / size;    /* of threads that share a page's positions */
  int position = a.first + ROW;
  long long row = ((long long) ROW * a.heads + COLUMN) * size;
  long long column = (long long) (COLUMN / a.headsPerKvHead) * size;

  EACH_THREAD(t) {
    if (t < size) {
      query[t] = a.queries[row + t];
      total[t] = 0;
    }
    if (t == 0) {
      most = -INFINITE;
      sum = 0;
    }
  }
  for (int begin = 0; begin <= position; begin += a.chunkTokens) {
    const char *page = (const char *) a.pages[begin / a.chunkTokens];
    const void *keys = page + a.keyOffset;
    const void *values = page + a.valueOffset;
    int count = position + 1 - begin < a.chunkTokens ? position + 1 - begin : a.chunkTokens;

    EACH_THREAD(t) {
      float score = -INFINITE;
      if (t < count) {
        long long at = (long long) t * a.kvLength + column;
        score = 0;
        for (int i = 0; i < size; i++) {
          score = fmaf(query[i], element(keys, at + i, a.isBf16), score);
        }
        score *= a.scale;
        if (a.softCap > 0) {
          score = a.softCap * tanhf(score / a.softCap);
        }
      }
      weights[t] = score;
      reduced[t] = score;
    }
    for (int half = THREADS / 2; half > 0; half /= 2) {
      EACH_THREAD(t) {
        if (t < half) {
          reduced[t] = fmaxf(reduced[t], reduced[t + half]);
        }
      }
    }
    EACH_THREAD(t) {
      if (t == 0) {
        float larger = fmaxf(most, reduced[0]);
        shrink = expf(most - larger);
        most = larger;
      }
    }
    EACH_THREAD(t) {
      weights[t] = t < count ? expf(weights[t] - most) : 0;
      reduced[t] = weights[t];
    }
    for (int half = THREADS / 2; half > 0; half /= 2) {
      EACH_THREAD(t) {
        if (t < half) {
          reduced[t] += reduced[t + half];
        }
      }
    }
    EACH_THREAD(t) {
      if (t < groups * size) {
        float value = 0;
        int i = t % size;
        for (int p = t / size; p < count; p += groups) {
          value = fmaf(weights[p], element(values, (long long) p * a.kvLength + column + i, a.isBf16), value);
        }
        partial[t] = value;
      }
    }
    EACH_THREAD(t) {
      if (t < size) {
        float value = partial[t];
        for (int group = 1; group < groups; group++) {
          value += partial[group * size + t];
        }
        total[t] = fmaf(total[t], shrink, value);
      }
      if (t == 0) {
        sum = fmaf(sum, shrink, reduced[0]);
      }
    }
  }
  EACH_THREAD(t) {
    if (t < size) {
      a.result[row + t] = total[t] / sum;
    }
  }
}

/* Puts new rows of K and V into their pages; a block moves one row. */
KERNEL store(Rows r) {
  int position = r.first + ROW;
  char *page = (char *) r.pages[position / r.chunkTokens];
  long long at = (long long) (position % r.chunkTokens) * r.rowHalves;
  unsigned short *keys = (unsigned short *) (page + r.keyOffset) + at;
  unsigned short *values = (unsigned short *) (page + r.valueOffset) + at;
  const unsigned short *newKeys = r.rows + (long long) ROW * r.rowHalves;
  const unsigned short *newValues = newKeys + (long long) r.count * r.rowHalves;
  EACH_THREAD(t) {
    for (int i = t; i < r.rowHalves; i += THREADS) {
      keys[i] = newKeys[i];
      values[i] = newValues[i];
    }
  }
}

#define SEGMENT 1024 /* bytes that a thread takes */
#define CASTAGNOLI 0x82F63B78u

typedef struct {
  const unsigned char *bytes;      /* aligned to 4 */
  unsigned *sums;                  /* of the segments */
  long long count;                 /* of bytes */
} Checksum;

/* CRC-32C of each segment by itself, begun with zeros and not inverted: whoever knows their lengths
   joins them. Four bytes at a time by tables, which each block makes for itself (slicing, as in
   Kounavis and Berry, "A Systematic Approach to Building High Performance Software-Based CRC
   Generators", ISCC 2005). */
KERNEL checksum(Checksum c) {
  SHARED unsigned table[4][THREADS]; /* of a byte that so many others follow */

  EACH_THREAD(t) {
    unsigned sum = (unsigned) t;
    for (int bit = 0; bit < 8; bit++) {
      sum = sum & 1 ? sum >> 1 ^ CASTAGNOLI : sum >> 1;
    }
    table[0][t] = sum;
  }
  EACH_THREAD(t) {
    unsigned sum = table[0][t];
    for (int follow = 1; follow < 4; follow++) {
      sum = sum >> 8 ^ table[0][sum & 255];
      table[follow][t] = sum;
    }
  }
  EACH_THREAD(t) {
    long long segment = (long long) COLUMN * THREADS + t;
    long long at = segment * SEGMENT;
    if (at < c.count) {
      long long end = at + SEGMENT < c.count ? at + SEGMENT : c.count;
      unsigned sum = 0;
      for (; at + 4 <= end; at += 4) {
        sum ^= *(const unsigned *) (c.bytes + at);
        sum = table[3][sum & 255] ^ table[2][sum >> 8 & 255] ^ table[1][sum >> 16 & 255]
            ^ table[0][sum >> 24];
      }
      for (; at < end; at++) {
        sum = sum >> 8 ^ table[0][(sum ^ c.bytes[at]) & 255];
      }
      c.sums[segment] = sum;
    }
  }
}
