/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests under way, each in a virtual thread of its own, and those that have ended. One thread
 * sends and takes.
 *
 * @param <T> what a request is for
 */
final class Requests<T> {
  private final ChatClient client;
  private final List<URI> addresses;
  private final DoubleSupplier clock;
  private final BlockingQueue<Ended<T>> ended = new LinkedBlockingQueue<>();
  private int sent;
  private int taken;

  /**
   * @param addresses asked in turn
   */
  Requests(ChatClient client, List<URI> addresses, DoubleSupplier clock) {
    this.client = client;
    this.addresses = addresses;
    this.clock = clock;
  }

  /**
   * A request that has ended.
   *
   * @param reply null if it failed
   * @param failure why; empty if it did not
   */
  record Ended<T>(
      T what, double launchTime, double finishTime, @Nullable Reply reply, String failure) {}

  void send(T what, List<Message> messages, int answerTokens, int userId) {
    URI address = addresses.get(sent++ % addresses.size());
    double launch = clock.getAsDouble();
    Thread.ofVirtual()
        .name("request-" + sent)
        .start(() -> ended.add(ask(what, launch, address, messages, answerTokens, userId)));
  }

  private Ended<T> ask(
      T what, double launch, URI address, List<Message> messages, int answerTokens, int userId) {
    try {
      Reply reply = client.ask(address, messages, answerTokens, userId);
      return new Ended<>(what, launch, clock.getAsDouble(), reply, "");
    } catch (RequestFailure e) {
      return new Ended<>(what, launch, clock.getAsDouble(), null, e.reason());
    } catch (InterruptedException | RuntimeException e) { // whoever waits must hear of the end
      return new Ended<>(what, launch, clock.getAsDouble(), null, "client: " + e);
    }
  }

  int outstanding() {
    return sent - taken;
  }

  /** One that has ended; null if there is none now. */
  @Nullable Ended<T> poll() {
    Ended<T> next = ended.poll();
    taken += next == null ? 0 : 1;
    return next;
  }

  /** One that has ended, or ends next. */
  Ended<T> take() throws InterruptedException {
    Ended<T> next = ended.take();
    taken++;
    return next;
  }
}
