/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/**
 * A port of the loopback address that the system gives to nobody who asks for any, whether somebody
 * listens there or not. Who names it can listen, with SO_REUSEADDR, as servers do; until then,
 * connections are refused: a port that is only free belongs to the next who asks, in these tests
 * another server with the same bucket.
 */
final class HeldPort implements Closeable {
  private final SocketChannel held;
  private final int number;

  HeldPort() throws IOException {
    held = SocketChannel.open();
    held.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    number = ((InetSocketAddress) held.getLocalAddress()).getPort();
  }

  int number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    held.close();
  }
}
