/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands between tiers and a server and passes on what both say, until a part of one chunk's upload
 * has been sent: then something is done, in the middle of it, and its connection ends. Once.
 */
final class CutUpload implements AutoCloseable {
  /** Of a request, which is longer: less than a chunk has. */
  private static final long PART_BYTES = 40_000;

  private final URI server;
  private final Condition due;
  private final Middle middle;
  private final ServerSocket listening;
  private final AtomicBoolean done = new AtomicBoolean();

  /** Whether something is so. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  /** What is done in the middle of an upload. */
  @FunctionalInterface
  interface Middle {
    void reached() throws Exception;
  }

  /**
   * @param due whether an upload that begins is the one to cut
   */
  CutUpload(URI server, Condition due, Middle middle) throws IOException {
    this.server = server;
    this.due = due;
    this.middle = middle;
    listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** What tiers are to be told. */
  String endpoint() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** Whether an upload was cut. */
  boolean isDone() {
    return done.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket toServer = new Socket(server.getHost(), server.getPort())) {
      Thread.ofVirtual().start(() -> answer(toServer, client));
      passRequests(client.getInputStream(), toServer.getOutputStream());
    } catch (IOException e) {
      return; // one of both sides ended it
    }
  }

  private static void answer(Socket server, Socket client) {
    try (client;
        server) {
      server.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      return; // as above
    }
  }

  private void passRequests(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[8192];
    boolean cutting = false;
    long passed = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      out.write(buffer, 0, count);
      cutting = cutting || (beginsUpload(buffer, count) && due.holds());
      passed += cutting ? count : 0;
      if (passed >= PART_BYTES && done.compareAndSet(false, true)) {
        reached();
        return;
      }
    }
  }

  /** A client waits for its answer before the next request, which begins a buffer therefore. */
  private static boolean beginsUpload(byte[] buffer, int count) {
    String text = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
    String line = text.lines().findFirst().orElse("");
    return line.startsWith("PUT /") && line.contains("/chunks/");
  }

  private void reached() {
    try {
      middle.reached();
    } catch (Exception e) {
      throw new IllegalStateException("in the middle of an upload", e);
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
