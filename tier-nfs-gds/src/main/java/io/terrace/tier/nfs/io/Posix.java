/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;

/**
 * Calls of the operating system that Java has no word for: Linux, on x86-64 and aarch64. A call
 * that a signal interrupts is made again; one that fails throws an exception that names the call,
 * the file and the error. File descriptors are the caller's to close.
 */
public final class Posix {
  /** What memory, offset and length are multiples of in direct I/O. */
  public static final int BLOCK_BYTES = 4096;

  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_CLOEXEC = 0x80000;

  private static final String ARCHITECTURE = System.getProperty("os.arch");

  /** One of the flags that differ between architectures. */
  static final int O_DIRECT = ARCHITECTURE.equals("aarch64") ? 0x10000 : 0x4000;

  private static final int OWNER_ONLY = 0600;
  private static final int SEEK_END = 2;
  private static final int POSIX_FADV_DONTNEED = 4;
  private static final int PROT_READ = 1;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;
  private static final int MAP_POPULATE = 0x8000;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final int MADV_HUGEPAGE = 14;
  private static final long HUGE_PAGE_BYTES = 2L << 20;
  private static final int STATFS_BYTES = 120;

  private Posix() {}

  /** Why there are no such calls here, or nothing if there are. */
  public static String absence() {
    String system = System.getProperty("os.name");
    if (!system.equals("Linux")) {
      return "the operating system is " + system + ", not Linux";
    }
    boolean known = ARCHITECTURE.equals("amd64") || ARCHITECTURE.equals("aarch64");
    return known ? "" : "the architecture is " + ARCHITECTURE + ", not amd64 or aarch64";
  }

  /**
   * Fails where there are no such calls.
   *
   * @throws IOException with the reason
   */
  static void require() throws IOException {
    if (!absence().isEmpty()) {
      throw new IOException(absence());
    }
  }

  /** Opens a file for direct reading: {@code open(2)} with {@code O_DIRECT}. */
  public static int openDirect(Path file) throws IOException {
    return open(file, O_RDONLY | O_DIRECT, 0);
  }

  /** Makes a file, readable by its owner alone, for direct writing. */
  public static int createDirect(Path file) throws IOException {
    return open(file, O_RDWR | O_CREAT | O_EXCL | O_DIRECT, OWNER_ONLY);
  }

  /**
   * {@code open(2)}.
   *
   * @param mode permissions of a file that is made
   */
  static int open(Path file, int flags, int mode) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = name(arena, file);
      return (int)
          call(
              "open",
              file,
              state -> (int) Libc.OPEN.invokeExact(state, name, flags | O_CLOEXEC, mode));
    }
  }

  /** {@code close(2)}, which Linux never wants to be called again. */
  public static void close(int descriptor, Path file) throws IOException {
    MemorySegment state = Libc.state();
    int result;
    try {
      result = (int) Libc.CLOSE.invokeExact(state, descriptor);
    } catch (Throwable e) {
      throw unexpected("close", e);
    }
    int errno = result < 0 ? Libc.errno(state) : 0;
    if (errno != 0 && errno != Errno.EINTR) {
      throw Errno.failure("close", file, errno);
    }
  }

  /** Bytes of an open file: {@code lseek(2)} to its end. */
  public static long size(int descriptor, Path file) throws IOException {
    return call(
        "lseek", file, state -> (long) Libc.LSEEK.invokeExact(state, descriptor, 0L, SEEK_END));
  }

  /** {@code pread(2)}: how many bytes came, 0 at the end of the file. */
  public static long read(int descriptor, Path file, MemorySegment target, long offset)
      throws IOException {
    return call(
        "pread",
        file,
        state ->
            (long) Libc.PREAD.invokeExact(state, descriptor, target, target.byteSize(), offset));
  }

  /**
   * {@code pwritev(2)}: writes two pieces of memory one after the other.
   *
   * @param first may be empty, as may the second
   * @return how many bytes went
   */
  public static long write(
      int descriptor, Path file, MemorySegment first, MemorySegment second, long offset)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parts = arena.allocate(Libc.IOVEC, 2);
      int count = 0;
      for (MemorySegment part : List.of(first, second)) {
        if (part.byteSize() > 0) {
          Libc.setIovec(parts, count++, part);
        }
      }
      int used = count;
      return call(
          "pwritev",
          file,
          state -> (long) Libc.PWRITEV.invokeExact(state, descriptor, parts, used, offset));
    }
  }

  /** {@code fdatasync(2)}, which covers the length of the file. */
  public static void force(int descriptor, Path file) throws IOException {
    call("fdatasync", file, state -> (int) Libc.FDATASYNC.invokeExact(state, descriptor));
  }

  /** {@code ftruncate(2)}. */
  public static void truncate(int descriptor, Path file, long bytes) throws IOException {
    call("ftruncate", file, state -> (int) Libc.FTRUNCATE.invokeExact(state, descriptor, bytes));
  }

  /** Asks for the file's forced bytes to leave the page cache: {@code posix_fadvise(2)}. */
  static void dropCache(int descriptor, Path file) throws IOException {
    call(
        "posix_fadvise",
        file,
        state -> (int) Libc.FADVISE.invokeExact(state, descriptor, 0L, 0L, POSIX_FADV_DONTNEED));
  }

  /** {@code f_type} of {@code statfs(2)}: the magic number of the file system. */
  static long fileSystemType(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = name(arena, file);
      MemorySegment answer = arena.allocate(STATFS_BYTES, Long.BYTES);
      call("statfs", file, state -> (int) Libc.STATFS.invokeExact(state, name, answer));
      return answer.get(JAVA_LONG, 0);
    }
  }

  /**
   * Maps part of a file that is not on a disk: memory of the kernel's, shared and present.
   *
   * @return memory to be given to {@link #unmap}
   */
  static MemorySegment map(int descriptor, Path file, long bytes, long offset) throws IOException {
    return mmap(file, bytes, PROT_READ_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, offset);
  }

  /**
   * Maps the beginning of a file, to be read only. Not by an {@code Arena}, whose end would be a
   * handshake with every thread of the process.
   *
   * @return memory to be given to {@link #unmap}; shows what becomes of the file, and ends the
   *     process when it is read beyond the file's end
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  public static MemorySegment mapFile(Path file, long bytes) throws IOException {
    int descriptor = open(file, O_RDONLY, 0);
    try {
      return mmap(file, bytes, PROT_READ, MAP_SHARED, descriptor, 0).asReadOnly();
    } finally {
      close(descriptor, file);
    }
  }

  /**
   * Maps fresh memory in huge pages where there are any, which direct I/O is about twice as fast
   * into.
   *
   * @param bytes a multiple of 2 MiB
   * @return memory to be given to {@link #unmap}
   */
  @SuppressWarnings("restricted") // the part of the mapping that is aligned
  static MemorySegment mapFresh(long bytes) throws IOException {
    MemorySegment all =
        mmap(
            "fresh memory", bytes + HUGE_PAGE_BYTES, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    long start = (all.address() + HUGE_PAGE_BYTES - 1) & -HUGE_PAGE_BYTES;
    long before = start - all.address();
    MemorySegment memory = MemorySegment.ofAddress(start).reinterpret(bytes);
    if (before > 0) {
      unmap(all.asSlice(0, before));
    }
    unmap(all.asSlice(before + bytes));
    call(
        "madvise",
        "fresh memory",
        state -> Math.max(0, (int) Libc.MADVISE.invokeExact(state, memory, bytes, MADV_HUGEPAGE)));
    return memory;
  }

  /** {@code munmap(2)}. Any later access ends the process. */
  public static void unmap(MemorySegment memory) throws IOException {
    if (memory.byteSize() > 0) {
      call(
          "munmap",
          memory,
          state -> (int) Libc.MUNMAP.invokeExact(state, memory, memory.byteSize()));
    }
  }

  /**
   * What a call of another library that failed is to its caller.
   *
   * @param call name of the call
   * @param object what it was called on
   * @param errno as in {@code errno(3)}
   */
  public static IOException failure(String call, Object object, int errno) {
    return Errno.failure(call, object, errno);
  }

  /** {@code strerror(3)}. */
  static String text(int errno) {
    try {
      return ((MemorySegment) Libc.STRERROR.invokeExact(errno)).getString(0);
    } catch (Throwable e) {
      throw unexpected("strerror", e);
    }
  }

  /** A call that gives a negative number where it fails. */
  @FunctionalInterface
  interface Call {
    /**
     * Makes the call.
     *
     * @param state from {@link Libc#state}
     */
    long make(MemorySegment state) throws Throwable;
  }

  /**
   * Makes a call until no signal interrupts it.
   *
   * @return what it gave, not negative
   */
  static long call(String name, Object file, Call call) throws IOException {
    MemorySegment state = Libc.state();
    while (true) {
      long result;
      try {
        result = call.make(state);
      } catch (Throwable e) {
        throw unexpected(name, e);
      }
      if (result >= 0) {
        return result;
      }
      int errno = Libc.errno(state);
      if (errno != Errno.EINTR) {
        throw Errno.failure(name, file, errno);
      }
    }
  }

  @SuppressWarnings("restricted") // the length is the one that was mapped
  private static MemorySegment mmap(
      Object file, long bytes, int protection, int flags, int descriptor, long offset)
      throws IOException {
    long address =
        call(
            "mmap",
            file,
            state ->
                (long)
                    Libc.MMAP.invokeExact(
                        state, MemorySegment.NULL, bytes, protection, flags, descriptor, offset));
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /** In the encoding that the JDK names files with, so that both find the same file. */
  private static MemorySegment name(Arena arena, Path file) {
    return arena.allocateFrom(
        file.toString(), Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
  }

  private static AssertionError unexpected(String function, Throwable cause) {
    return new AssertionError("calling " + function + " failed", cause);
  }
}
