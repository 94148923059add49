/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaException;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * {@link Exchange}s of about the same size, made when more are needed at once. Safe for use by
 * several threads.
 */
final class Exchanges implements AutoCloseable {
  private final CudaDevice device;
  private final ConcurrentLinkedDeque<Exchange> free = new ConcurrentLinkedDeque<>();

  Exchanges(CudaDevice device) {
    this.device = device;
  }

  /** One for so many bytes each way, to be put back. */
  Exchange take(long upBytes, long downBytes) throws CudaException {
    Exchange last = free.poll();
    if (last != null && last.fits(upBytes, downBytes)) {
      return last;
    }
    if (last != null) {
      last.close();
    }
    return new Exchange(device, upBytes, downBytes);
  }

  void putBack(Exchange exchange) {
    free.push(exchange);
  }

  /** All must have been put back. */
  @Override
  public void close() throws CudaException {
    for (Exchange each = free.poll(); each != null; each = free.poll()) {
      each.close();
    }
  }
}
