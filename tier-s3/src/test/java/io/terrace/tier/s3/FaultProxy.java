/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and an HTTP server, lets requests through, counts them, and fails them as
 * networks and servers do. What fails can be changed at any time.
 */
final class FaultProxy implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final URI server;
  private final HeldPort port;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private volatile Fault fault = Fault.none();
  private volatile @Nullable Listener listener;

  /** A socket and the thread that takes its connections. */
  private record Listener(ServerSocket socket, Thread thread) {}

  FaultProxy(URI server) {
    this.server = server;
    try {
      port = new HeldPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    acceptAgain();
  }

  /** What clients are to be told. */
  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port.number());
  }

  /** From the next request on. */
  void fail(Fault next) {
    fault = next;
  }

  /** Refuses connections, and ends those that are there. */
  void refuse() {
    stopListening();
    connections.forEach(FaultProxy::end);
  }

  /** Takes connections again. */
  void acceptAgain() {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.number()), BACKLOG);
      Thread thread = Thread.ofVirtual().name("fault-proxy").start(() -> accept(socket));
      listener = new Listener(socket, thread);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** First lines of the requests so far. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  long requests(String method) {
    return requests.stream().filter(line -> line.startsWith(method + " ")).count();
  }

  /** Connections that were made so far. */
  int accepted() {
    return accepted.get();
  }

  /** The most requests that were under way at once. */
  int mostInFlight() {
    return mostInFlight.get();
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        int ignored = accepted.incrementAndGet();
        connections.add(client);
        Thread.ofVirtual().name("fault-proxy-connection").start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket toServer = new Socket(server.getHost(), server.getPort())) {
      client.setTcpNoDelay(true);
      toServer.setTcpNoDelay(true);
      BufferedInputStream in = new BufferedInputStream(client.getInputStream(), 1 << 16);
      BufferedInputStream answers = new BufferedInputStream(toServer.getInputStream(), 1 << 16);
      for (HttpMessage next = HttpMessage.read(in); next != null; next = HttpMessage.read(in)) {
        if (client.isClosed()) { // by refuse(), while this thread waited for a request
          return;
        }
        requests.add(next.firstLine());
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        try {
          fault.meet(new Exchange(next, client, toServer, answers));
        } finally {
          inFlight.decrementAndGet();
        }
      }
    } catch (IOException e) {
      end(client); // one of both sides ended it, or the fault did
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(client);
    }
  }

  /**
   * Returns when nobody listens any more: a virtual thread that waits for a connection closes the
   * socket itself, when it runs again, and may take another one before that.
   */
  private void stopListening() {
    Listener current = listener;
    if (current != null) {
      end(current.socket());
      try {
        current.thread().join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void end(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    refuse();
    end(port);
  }
}
