/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;

/**
 * Closes a connection whose client takes too long: to send a request, or to send another one. While
 * the server has to answer, no time runs. For the connection's event loop.
 */
final class ConnectionClock {
  private static final long NONE = -1;

  private final Vertx vertx;
  private final HttpConnection connection;
  private final Duration patience;
  private long timer = NONE;

  ConnectionClock(Vertx vertx, HttpConnection connection, Duration patience) {
    this.vertx = vertx;
    this.connection = connection;
    this.patience = patience;
    startNext();
  }

  /** It is the client's turn: to send a request, or the rest of one. */
  void start(Runnable late) {
    stop();
    timer = vertx.setTimer(patience.toMillis(), fired -> late.run());
  }

  /** As above, for a request on the same connection. */
  void startNext() {
    start(() -> cut(connection));
  }

  /** Ends a connection now: Vert.x' own way waits until what was sent is read. */
  static void cut(HttpConnection connection) {
    if (connection instanceof ConnectionBase known) {
      var unused = known.channelHandlerContext().close();
    } else {
      connection.close();
    }
  }

  /** It is the server's turn. */
  void stop() {
    if (timer != NONE) {
      vertx.cancelTimer(timer);
      timer = NONE;
    }
  }
}
