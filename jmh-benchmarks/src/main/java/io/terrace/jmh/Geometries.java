/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;

/** Shapes of pages. */
final class Geometries {
  /** SmolLM2-135M's: 46,080 bytes a token, 11.25 MiB a page. */
  static final PageGeometry SMOL_LM2 = new PageGeometry(30, 3, 64, 256, DataType.F32);

  /** One layer of it: 384 KiB, which a core has a cache for. */
  static final PageGeometry ONE_LAYER = new PageGeometry(1, 3, 64, 256, DataType.F32);

  /** As small as can be, for what does not depend on the size of a page: 2 KiB. */
  static final PageGeometry SMALL = new PageGeometry(1, 1, 1, 256, DataType.F32);

  private Geometries() {}
}
