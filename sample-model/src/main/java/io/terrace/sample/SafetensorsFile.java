/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Streams tensors into a safetensors file: header length (u64, little-endian), header (JSON, padded
 * with spaces to a multiple of 64 bytes), then the tensors' bytes without gaps. Memory use is one
 * buffer, whatever the model's size.
 */
public final class SafetensorsFile {

  private static final int BUFFER_BYTES = 1 << 20;
  private static final int ALIGNMENT_BYTES = 64;

  /** Jlama reads no more than the file's first MiB when it looks for the header. */
  private static final int MAX_HEADER_BYTES = (1 << 20) - Long.BYTES;

  private final List<Tensor> tensors;
  private final byte[] header;
  private final long totalBytes;

  /** For tensors in the order of the file, whose header must fit into what Jlama reads. */
  public SafetensorsFile(List<Tensor> tensors) {
    this.tensors = tensors;
    this.header = header(tensors);
    long bodyBytes = tensors.stream().mapToLong(Tensor::bytes).sum();
    this.totalBytes = header.length + bodyBytes;
  }

  /** Length of the file. */
  long totalBytes() {
    return totalBytes;
  }

  /** Writes and forces the file, which must not exist. An interrupt ends it with an exception. */
  public void write(Path file, ProgressListener listener) throws IOException {
    int rowBytes = tensors.stream().mapToInt(Tensor::rowBytes).max().orElse(0);
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(Math.max(BUFFER_BYTES, rowBytes)).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeFully(channel, ByteBuffer.wrap(header));
      for (Tensor tensor : tensors) {
        for (int row = 0; row < tensor.rows(); row++) {
          if (buffer.remaining() < tensor.rowBytes()) {
            flush(channel, buffer);
            listener.written(channel.position(), totalBytes);
          }
          tensor.source().put(row, buffer);
        }
      }
      flush(channel, buffer);
      channel.force(true);
      listener.written(channel.position(), totalBytes);
    }
  }

  private static void flush(FileChannel channel, ByteBuffer buffer) throws IOException {
    writeFully(channel, buffer.flip());
    buffer.clear();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** With the length in front of it. */
  private static byte[] header(List<Tensor> tensors) {
    StringBuilder json = new StringBuilder("{");
    long offset = 0;
    for (Tensor tensor : tensors) {
      String shape =
          tensor.vector() ? "" + tensor.columns() : tensor.rows() + "," + tensor.columns();
      long end = offset + tensor.bytes();
      json.append(offset == 0 ? "" : ",")
          .append(Json.quote(tensor.name()))
          .append(":{\"dtype\":\"" + tensor.dtype() + "\",\"shape\":[" + shape + "]")
          .append(",\"data_offsets\":[" + offset + "," + end + "]}");
      offset = end;
    }
    json.append('}');
    while ((Long.BYTES + json.length()) % ALIGNMENT_BYTES != 0) {
      json.append(' ');
    }
    if (json.length() > MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          ("Header of " + tensors.size() + " tensors has " + json.length() + " bytes, Jlama reads ")
              + (MAX_HEADER_BYTES + "; take fewer layers or experts"));
    }
    return ByteBuffer.allocate(Long.BYTES + json.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length())
        .put(json.toString().getBytes(StandardCharsets.US_ASCII))
        .array();
  }
}
