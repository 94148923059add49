/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Several transfers that are on their way at once. For one thread. */
final class CuFileBatch implements AutoCloseable {
  private static final int MODE_BATCH = 1;
  private static final int STATUS_COMPLETE = 0x10;
  private static final long REQUEST_BYTES = CuFileLibrary.REQUEST.byteSize();
  private static final long EVENT_BYTES = CuFileLibrary.EVENT.byteSize();

  private final CuFileLibrary library;
  private final int capacity;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment requests;
  private final MemorySegment events;
  private final MemorySegment eventCount;
  private final long batch;
  private int added;

  /**
   * @param capacity transfers at once
   */
  CuFileBatch(CuFile cuFile, int capacity) throws CuFileException {
    this.library = cuFile.library();
    this.capacity = capacity;
    requests = arena.allocate(REQUEST_BYTES * capacity, Long.BYTES);
    events = arena.allocate(EVENT_BYTES * capacity, Long.BYTES);
    eventCount = arena.allocate(JAVA_INT);
    MemorySegment handle = arena.allocate(ADDRESS);
    try {
      CuFile.check(
          "cuFileBatchIOSetUp",
          arena,
          allocator -> (MemorySegment) library.batchSetUp.invokeExact(allocator, handle, capacity));
    } catch (CuFileException e) {
      arena.close();
      throw e;
    }
    batch = handle.get(JAVA_LONG, 0);
  }

  int capacity() {
    return capacity;
  }

  /**
   * Puts a transfer in line, which {@link #run} numbers from 0.
   *
   * @param opcode {@link CuFile#OPCODE_READ} or {@link CuFile#OPCODE_WRITE}
   */
  void add(int opcode, long handle, long base, long bytes, long fileOffset, long offset) {
    MemorySegment request = requests.asSlice(REQUEST_BYTES * added, REQUEST_BYTES);
    set(request, "mode", MODE_BATCH);
    set(request, "devPtr_base", base);
    set(request, "file_offset", fileOffset);
    set(request, "devPtr_offset", offset);
    set(request, "size", bytes);
    set(request, "fh", handle);
    set(request, "opcode", opcode);
    set(request, "cookie", (long) added);
    added++;
  }

  /**
   * Makes the transfers that are in line. None is on its way any more when this returns or throws,
   * as far as the library can tell.
   *
   * @param moved is told the number of bytes of each
   * @throws IOException the first failure
   */
  void run(long[] moved) throws IOException {
    int count = added;
    added = 0;
    try {
      submit(count);
      await(count, moved);
    } catch (CuFileException e) {
      cancel(e);
      throw e;
    }
    for (int number = 0; number < count; number++) {
      moved[number] = CuFile.transferred("a cuFile batch", moved[number], 0);
    }
  }

  private void submit(int count) throws CuFileException {
    try (Arena call = Arena.ofConfined()) {
      CuFile.check(
          "cuFileBatchIOSubmit",
          call,
          allocator ->
              (MemorySegment)
                  library.batchSubmit.invokeExact(allocator, batch, count, requests, 0));
    }
  }

  private void await(int count, long[] moved) throws CuFileException {
    int done = 0;
    while (done < count) {
      int left = count - done;
      eventCount.set(JAVA_INT, 0, left);
      try (Arena call = Arena.ofConfined()) {
        CuFile.check(
            "cuFileBatchIOGetStatus",
            call,
            allocator ->
                (MemorySegment)
                    library.batchGetStatus.invokeExact(
                        allocator, batch, left, eventCount, events, MemorySegment.NULL));
      }
      int told = Math.min(eventCount.get(JAVA_INT, 0), left);
      for (int index = 0; index < told; index++) {
        note(events.asSlice(EVENT_BYTES * index, EVENT_BYTES), moved);
      }
      done += told;
    }
  }

  private static void note(MemorySegment event, long[] moved) {
    int number = (int) event.get(JAVA_LONG, CuFile.offset(CuFileLibrary.EVENT, "cookie"));
    int status = event.get(JAVA_INT, CuFile.offset(CuFileLibrary.EVENT, "status"));
    long result = event.get(JAVA_LONG, CuFile.offset(CuFileLibrary.EVENT, "ret"));
    boolean failedSilently = status != STATUS_COMPLETE && result >= 0;
    moved[number] = failedSilently ? -CuFileError.INTERNAL_ERROR : result;
  }

  private void cancel(CuFileException cause) {
    try (Arena call = Arena.ofConfined()) {
      CuFile.check(
          "cuFileBatchIOCancel",
          call,
          allocator -> (MemorySegment) library.batchCancel.invokeExact(allocator, batch));
    } catch (CuFileException e) {
      cause.addSuppressed(e);
    }
  }

  private static void set(MemorySegment request, String field, int value) {
    request.set(JAVA_INT, CuFile.offset(CuFileLibrary.REQUEST, field), value);
  }

  private static void set(MemorySegment request, String field, long value) {
    request.set(JAVA_LONG, CuFile.offset(CuFileLibrary.REQUEST, field), value);
  }

  @Override
  public void close() {
    try {
      library.batchDestroy.invokeExact(batch);
    } catch (Throwable e) {
      throw CuFile.unexpected("cuFileBatchIODestroy", e);
    }
    arena.close();
  }
}
