/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A connection over which a test sends and reads what it wants. */
final class RawConnection implements AutoCloseable {
  private static final int KEPT = 10_000;

  private final Socket socket;
  private final InputStream in;

  RawConnection(URI base) throws IOException {
    socket = new Socket(InetAddress.getByName(base.getHost()), base.getPort());
    socket.setSoTimeout(30_000);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  void post(String path, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    send(head(path, bytes.length) + "\r\n" + body);
  }

  static String head(String path, long length) {
    return "POST " + path + " HTTP/1.1\r\nHost: test\r\nContent-Length: " + length + "\r\n";
  }

  /** Everything up to the end of the connection. */
  String readAll() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Reads up to the end of a text, or of the connection. Returns the last part of it. */
  String readUntil(String text) throws IOException {
    StringBuilder read = new StringBuilder();
    for (int next = in.read(); next >= 0; next = in.read()) {
      read.append((char) next);
      if (read.length() >= text.length()
          && read.substring(read.length() - text.length()).equals(text)) {
        break;
      }
      if (read.length() > 2 * KEPT) {
        read.delete(0, read.length() - KEPT);
      }
    }
    return read.toString();
  }

  /** Whether the server ended the connection, having sent nothing more. */
  boolean isAtEnd() throws IOException {
    return in.read() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
