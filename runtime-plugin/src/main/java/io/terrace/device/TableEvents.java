/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import io.terrace.device.cuda.CudaDevice;
import io.terrace.device.cuda.CudaEvent;
import io.terrace.device.cuda.CudaException;
import java.util.ArrayList;
import java.util.List;

/** The events of one table of device pages at a time: to make one takes a call of the driver. */
final class TableEvents implements AutoCloseable {
  private final CudaDevice device;
  private final CudaEvent passed;
  private final CudaEvent spilled;
  private final List<CudaEvent> loaded = new ArrayList<>(); // by layer

  TableEvents(CudaDevice device) throws CudaException {
    this.device = device;
    passed = device.event();
    spilled = device.event();
  }

  /** Behind the passes whose positions are spilled. */
  CudaEvent passed() {
    return passed;
  }

  /** Behind the last spill. */
  CudaEvent spilled() {
    return spilled;
  }

  /** Behind the last load of a layer. */
  CudaEvent loaded(int layer) throws CudaException {
    while (loaded.size() <= layer) {
      loaded.add(device.event());
    }
    return loaded.get(layer);
  }

  @Override
  public void close() throws CudaException {
    passed.close();
    spilled.close();
    for (CudaEvent event : loaded) {
      event.close();
    }
  }
}
