/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One message of HTTP/1.1 on a connection: its head, and a body that still has to be read (RFC
 * 9112).
 */
final class HttpMessage {
  private static final String END = "\r\n\r\n";
  private static final String LINE = "\r\n";

  private final String head;
  private final BufferedInputStream in;

  private HttpMessage(String head, BufferedInputStream in) {
    this.head = head;
    this.in = in;
  }

  /** Reads a head; null where the connection ends instead. */
  static @Nullable HttpMessage read(BufferedInputStream in) throws IOException {
    String head = readUntil(in, END);
    return head.isEmpty() ? null : new HttpMessage(head, in);
  }

  private static String readUntil(InputStream in, String end) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < end.length()) {
      int next = in.read();
      if (next < 0) {
        if (bytes.size() == 0) {
          return "";
        }
        throw new EOFException("the head was cut");
      }
      bytes.write(next);
      boolean starts = next == end.charAt(0);
      matched = next == end.charAt(matched) ? matched + 1 : starts ? 1 : 0;
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  /** The first line: of a request or of an answer. */
  String firstLine() {
    return head.substring(0, head.indexOf(LINE));
  }

  /** A header's value; null if there is none. */
  @Nullable String header(String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
        .map(line -> line.substring(start.length()).trim())
        .findFirst()
        .orElse(null);
  }

  /** Status of an answer. */
  int status() {
    return Integer.parseInt(firstLine().split(" ", 3)[1]);
  }

  /** The head without a header. */
  byte[] headWithout(String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    StringBuilder kept = new StringBuilder();
    head.lines()
        .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(start))
        .forEach(line -> kept.append(line).append(LINE));
    return kept.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  byte[] head() {
    return head.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Moves the body on: by its length, in chunks, or to the connection's end in an answer. */
  void copyBody(OutputStream out, boolean isAnswer) throws IOException {
    String length = header("content-length");
    if (length != null) {
      copy(out, Long.parseLong(length));
    } else if (header("transfer-encoding") != null) {
      copyChunks(out);
    } else if (isAnswer) {
      in.transferTo(out);
    }
    out.flush();
  }

  private void copyChunks(OutputStream out) throws IOException {
    while (true) {
      String size = readUntil(in, LINE);
      out.write(size.getBytes(StandardCharsets.ISO_8859_1));
      long bytes = Long.parseLong(size.split("[;\r]", 2)[0].trim(), 16);
      copy(out, bytes + LINE.length()); // no trailers: the servers of these tests send none
      if (bytes == 0) {
        return;
      }
    }
  }

  private void copy(OutputStream out, long bytes) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (long left = bytes; left > 0; ) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw new EOFException("the body was cut");
      }
      out.write(buffer, 0, count);
      left -= count;
    }
  }
}
