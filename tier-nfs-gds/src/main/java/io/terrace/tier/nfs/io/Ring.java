/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A ring of {@code io_uring(7)} by raw system calls; layouts are those of {@code linux/io_uring.h}.
 * For one thread at a time.
 */
final class Ring {
  /** A request that is over. */
  record Completion(long tag, int result) {}

  private static final long IO_URING_SETUP = 425;
  private static final long IO_URING_ENTER = 426;
  private static final int ENTER_GETEVENTS = 1;
  private static final int FEATURE_SINGLE_MMAP = 1;
  private static final long OFFSET_RINGS = 0;
  private static final long OFFSET_ENTRIES = 0x10000000L;
  private static final byte OPCODE_READ = 22;
  private static final Path NAME = Path.of("io_uring");

  /** Fields of {@code struct io_uring_sqe}. */
  private static final int ENTRY_BYTES = 64;

  private static final int ENTRY_OPCODE = 0;
  private static final int ENTRY_FILE = 4;
  private static final int ENTRY_OFFSET = 8;
  private static final int ENTRY_ADDRESS = 16;
  private static final int ENTRY_LENGTH = 24;
  private static final int ENTRY_TAG = 32;

  /** Fields of {@code struct io_uring_cqe}, whose tag comes first. */
  private static final int COMPLETION_BYTES = 16;

  private static final int COMPLETION_RESULT = 8;
  private static final long RETRY_NANOS = 1_000_000;

  /** Fields of {@code struct io_uring_params}. */
  private static final int PARAMS_BYTES = 120;

  private static final int SUBMISSION_ENTRIES = 0;
  private static final int COMPLETION_ENTRIES = 4;
  private static final int FEATURES = 20;
  private static final int SUBMISSION_OFFSETS = 40;
  private static final int COMPLETION_OFFSETS = 80;

  /** Fields of {@code struct io_sqring_offsets} and {@code struct io_cqring_offsets}. */
  private static final int HEAD = 0;

  private static final int TAIL = 4;
  private static final int MASK = 8;
  private static final int SUBMISSION_ARRAY = 24;
  private static final int COMPLETION_ARRAY = 20;

  private static final VarHandle INT = JAVA_INT.varHandle();

  private final int depth;
  private final int descriptor;
  private final MemorySegment rings;
  private final MemorySegment entries;
  private final long submissionHead;
  private final long submissionTail;
  private final long submissionArray;
  private final int submissionMask;
  private final long completionHead;
  private final long completionTail;
  private final long completions;
  private final int completionMask;
  private int tail;
  private boolean usable = true;

  private Ring(
      int depth, int descriptor, MemorySegment params, MemorySegment rings, MemorySegment entries) {
    this.depth = depth;
    this.descriptor = descriptor;
    this.rings = rings;
    this.entries = entries;
    submissionHead = submission(params, HEAD);
    submissionTail = submission(params, TAIL);
    submissionArray = submission(params, SUBMISSION_ARRAY);
    submissionMask = rings.get(JAVA_INT, submission(params, MASK));
    completionHead = completion(params, HEAD);
    completionTail = completion(params, TAIL);
    completions = completion(params, COMPLETION_ARRAY);
    completionMask = rings.get(JAVA_INT, completion(params, MASK));
    tail = rings.get(JAVA_INT, submissionTail);
  }

  /**
   * Sets a ring up.
   *
   * @param depth requests at once
   * @throws IOException if the kernel does not allow it
   */
  static Ring open(int depth) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(PARAMS_BYTES, Long.BYTES);
      int descriptor =
          (int)
              Posix.call(
                  "io_uring_setup",
                  "a ring of " + depth,
                  state ->
                      (long) Libc.SYSCALL_SETUP.invokeExact(state, IO_URING_SETUP, depth, params));
      try {
        return map(depth, descriptor, params);
      } catch (IOException e) {
        Posix.close(descriptor, NAME);
        throw e;
      }
    }
  }

  private static Ring map(int depth, int descriptor, MemorySegment params) throws IOException {
    if ((params.get(JAVA_INT, FEATURES) & FEATURE_SINGLE_MMAP) == 0) {
      throw new IOException("io_uring of this kernel (before 5.4) maps its rings apart");
    }
    int submissions = params.get(JAVA_INT, SUBMISSION_ENTRIES);
    long submissionEnd = submission(params, SUBMISSION_ARRAY) + submissions * (long) Integer.BYTES;
    long completionEnd =
        completion(params, COMPLETION_ARRAY)
            + params.get(JAVA_INT, COMPLETION_ENTRIES) * (long) COMPLETION_BYTES;
    long ringBytes = Math.max(submissionEnd, completionEnd);
    MemorySegment rings = Posix.map(descriptor, NAME, ringBytes, OFFSET_RINGS);
    try {
      long bytes = submissions * (long) ENTRY_BYTES;
      MemorySegment entries = Posix.map(descriptor, NAME, bytes, OFFSET_ENTRIES);
      return new Ring(depth, descriptor, params, rings, entries);
    } catch (IOException e) {
      Posix.unmap(rings);
      throw e;
    }
  }

  int depth() {
    return depth;
  }

  /** Whether no call on the ring has failed. */
  boolean isUsable() {
    return usable;
  }

  /**
   * Puts a read in line. At most {@link #depth} may be in line and on their way.
   *
   * @param tag comes back with its completion
   */
  void prepareRead(int file, long address, long bytes, long offset, int tag) {
    int index = tail & submissionMask;
    MemorySegment entry = entries.asSlice((long) index * ENTRY_BYTES, ENTRY_BYTES).fill((byte) 0);
    entry.set(JAVA_BYTE, ENTRY_OPCODE, OPCODE_READ);
    entry.set(JAVA_INT, ENTRY_FILE, file);
    entry.set(JAVA_LONG, ENTRY_OFFSET, offset);
    entry.set(JAVA_LONG, ENTRY_ADDRESS, address);
    entry.set(JAVA_INT, ENTRY_LENGTH, Math.toIntExact(bytes));
    entry.set(JAVA_LONG, ENTRY_TAG, tag);
    rings.set(JAVA_INT, submissionArray + (long) index * Integer.BYTES, index);
    tail++;
  }

  /**
   * Sends what is in line and waits until at least one request is over.
   *
   * @return what failed: some may then still be in line, and a while has passed
   */
  @Nullable IOException submitAndWait() {
    INT.setRelease(rings, submissionTail, tail);
    try {
      Posix.call(
          "io_uring_enter",
          NAME,
          state ->
              (long)
                  Libc.SYSCALL_ENTER.invokeExact(
                      state,
                      IO_URING_ENTER,
                      descriptor,
                      unsubmitted(),
                      1,
                      ENTER_GETEVENTS,
                      MemorySegment.NULL,
                      0L));
      return null;
    } catch (IOException e) {
      usable = false;
      LockSupport.parkNanos(RETRY_NANOS); // requests that are on their way end all the same
      return e;
    }
  }

  /** Takes out of line what the kernel has not taken; how many that was. */
  int dropUnsubmitted() {
    int dropped = unsubmitted();
    tail -= dropped;
    INT.setRelease(rings, submissionTail, tail);
    return dropped;
  }

  /** A request that is over, each once. */
  @Nullable Completion poll() {
    int head = rings.get(JAVA_INT, completionHead);
    if (head == (int) INT.getAcquire(rings, completionTail)) {
      return null;
    }
    long at = completions + (long) (head & completionMask) * COMPLETION_BYTES;
    Completion completion =
        new Completion(rings.get(JAVA_LONG, at), rings.get(JAVA_INT, at + COMPLETION_RESULT));
    INT.setRelease(rings, completionHead, head + 1);
    return completion;
  }

  /** Gives the ring back to the kernel; nothing may be on its way. */
  void close() throws IOException {
    Posix.unmap(entries);
    Posix.unmap(rings);
    Posix.close(descriptor, NAME);
  }

  private int unsubmitted() {
    return tail - (int) INT.getAcquire(rings, submissionHead);
  }

  private static long submission(MemorySegment params, int field) {
    return params.get(JAVA_INT, SUBMISSION_OFFSETS + field);
  }

  private static long completion(MemorySegment params, int field) {
    return params.get(JAVA_INT, COMPLETION_OFFSETS + field);
  }
}
