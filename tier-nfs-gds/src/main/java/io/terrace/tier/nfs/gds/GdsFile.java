/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import io.terrace.spi.Chunk;
import io.terrace.tier.nfs.io.Posix;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A chunk's file that is open for direct I/O and registered with the library. */
final class GdsFile implements AutoCloseable {
  private final CuFile cuFile;
  private final Path file;
  private final int descriptor;
  private final long handle;

  private GdsFile(CuFile cuFile, Path file, int descriptor) throws IOException {
    this.cuFile = cuFile;
    this.file = file;
    this.descriptor = descriptor;
    try {
      this.handle = cuFile.registerFile(descriptor);
    } catch (IOException e) {
      Posix.close(descriptor, file);
      throw e;
    }
  }

  /**
   * Opens a file for reading.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  static GdsFile open(CuFile cuFile, Path file) throws IOException {
    return new GdsFile(cuFile, file, Posix.openDirect(file));
  }

  /** Makes a file for writing. */
  static GdsFile create(CuFile cuFile, Path file) throws IOException {
    return new GdsFile(cuFile, file, Posix.createDirect(file));
  }

  long handle() {
    return handle;
  }

  long size() throws IOException {
    return Posix.size(descriptor, file);
  }

  /** Reads the header, which is host memory, from the same open file. */
  MemorySegment readHeader(Arena arena) throws IOException {
    MemorySegment header = arena.allocate(Chunk.HEADER_BYTES, Posix.BLOCK_BYTES);
    if (Posix.read(descriptor, file, header, 0) < Chunk.HEADER_BYTES) {
      throw new EOFException(file + " ends within its header");
    }
    return header;
  }

  void writeHeader(MemorySegment header) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment aligned = arena.allocate(Chunk.HEADER_BYTES, Posix.BLOCK_BYTES);
      aligned.copyFrom(header);
      long count = Posix.write(descriptor, file, aligned, MemorySegment.NULL, 0);
      if (count < Chunk.HEADER_BYTES) {
        throw new IOException("pwritev on " + file + " took " + count + " bytes of the header");
      }
    }
  }

  /** Has the file be so long, and on the device if that is wanted. */
  void finish(long bytes, boolean forced) throws IOException {
    Posix.truncate(descriptor, file, bytes);
    if (forced) {
      Posix.force(descriptor, file);
    }
  }

  @Override
  public void close() throws IOException {
    cuFile.deregisterFile(handle);
    Posix.close(descriptor, file);
  }
}
