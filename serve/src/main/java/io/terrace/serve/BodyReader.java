/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/**
 * Reads the body of a request, up to a limit. What is beyond it is read and thrown away, since most
 * clients read no answer before they have sent all. For the request's event loop.
 */
final class BodyReader {
  private final int limit;
  private final Consumer<byte[]> whole;
  private final Runnable tooLarge;
  private Buffer read = Buffer.buffer();
  private boolean refused;

  private BodyReader(int limit, Consumer<byte[]> whole, Runnable tooLarge) {
    this.limit = limit;
    this.whole = whole;
    this.tooLarge = tooLarge;
  }

  /**
   * Begins to read.
   *
   * @param whole is given the body once all of it is there
   * @param tooLarge is told as soon as it is known to be larger than the limit; then {@code whole}
   *     is given nothing
   */
  static void read(
      HttpServerRequest request, int limit, Consumer<byte[]> whole, Runnable tooLarge) {
    BodyReader reader = new BodyReader(limit, whole, tooLarge);
    if (declaredLength(request) > limit) {
      reader.refuse();
    } else if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
    request.handler(reader::more);
    request.endHandler(end -> reader.end(request));
  }

  /** What the client says that the body has; nothing if it does not say. */
  private static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return 0; // the parser of HTTP has its own opinion of it
    }
  }

  private void more(Buffer part) {
    if (refused) {
      return;
    }
    if (read.length() + part.length() > limit) {
      refuse();
    } else {
      read.appendBuffer(part);
    }
  }

  private void refuse() {
    refused = true;
    read = Buffer.buffer();
    tooLarge.run();
  }

  private void end(HttpServerRequest request) {
    if (refused) {
      request.connection().close(); // as it was told
    } else {
      whole.accept(read.getBytes());
    }
  }
}
