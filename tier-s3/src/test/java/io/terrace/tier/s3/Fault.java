/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** What becomes of a request at a {@link FaultProxy}. */
@FunctionalInterface
interface Fault {
  void meet(Exchange exchange) throws IOException, InterruptedException;

  static Fault none() {
    return Exchange::pass;
  }

  /** Connections are taken, and nothing is answered. */
  static Fault blackHole() {
    return Exchange::hang;
  }

  static Fault reset() {
    return Exchange::reset;
  }

  /** The server does what it was asked for, and its answer gets lost. */
  static Fault answerLost() {
    return exchange -> {
      exchange.passSilently();
      exchange.reset();
    };
  }

  static Fault latency(Duration time) {
    return exchange -> {
      Thread.sleep(time);
      exchange.pass();
    };
  }

  /** An error as S3 words it. */
  static Fault error(int status, String code) {
    return error(status, code, "", "told so");
  }

  /**
   * An error as S3 words it.
   *
   * @param headers each ends with a new line
   * @param message in the body
   */
  static Fault error(int status, String code, String headers, String message) {
    String body =
        "<?xml version=\"1.0\"?><Error><Code>"
            + code
            + "</Code><Message>"
            + message
            + "</Message></Error>";
    return exchange -> exchange.answer(status, headers, body);
  }

  /** Answers end after so many bytes of their body. */
  static Fault cutAfter(long bytes) {
    return exchange ->
        exchange.pass(
            out ->
                new Changed(
                    out,
                    bytes,
                    () -> {
                      throw new IOException("cut");
                    }));
  }

  /** Answers wait after so many bytes of their body. */
  static Fault stallAfter(long bytes, CountDownLatch release) {
    return exchange -> exchange.pass(out -> new Changed(out, bytes, release::await));
  }

  /** A bit of the answer's body is another than it was. */
  static Fault flip(long offset) {
    return exchange -> exchange.pass(out -> new Flipped(out, offset));
  }

  /** This one for requests of a kind, none for others. */
  default Fault when(Predicate<Exchange> kind) {
    return exchange -> {
      if (kind.test(exchange)) {
        meet(exchange);
      } else {
        exchange.pass();
      }
    };
  }

  /** This one for the next so many requests. */
  default Fault times(int count) {
    AtomicInteger left = new AtomicInteger(count);
    return when(exchange -> left.getAndDecrement() > 0);
  }

  /** What is done in the middle of a body. */
  @FunctionalInterface
  interface Middle {
    void reached() throws IOException, InterruptedException;
  }

  /** Does something after so many bytes. */
  final class Changed extends FilterOutputStream {
    private final Middle middle;
    private long left;

    Changed(OutputStream out, long bytes, Middle middle) {
      super(out);
      this.middle = middle;
      left = bytes;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int before = (int) Math.min(left, length);
      out.write(bytes, offset, before);
      left -= before;
      if (left == 0 && before < length) {
        out.flush();
        try {
          middle.reached();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException(e);
        }
        out.write(bytes, offset + before, length - before);
        left = Long.MAX_VALUE;
      }
    }
  }

  /** Flips a bit of one byte. */
  final class Flipped extends FilterOutputStream {
    private final long offset;
    private long done;

    Flipped(OutputStream out, long offset) {
      super(out);
      this.offset = offset;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      long at = offset - done;
      if (at >= 0 && at < length) {
        bytes[(int) (from + at)] ^= 1;
      }
      out.write(bytes, from, length);
      done += length;
    }
  }
}
