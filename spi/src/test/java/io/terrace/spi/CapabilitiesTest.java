/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CapabilitiesTest {
  @Test
  void beginSmall() {
    assertThat(Capabilities.inProcess())
        .isEqualTo(new Capabilities(false, false, false, false, false, 1, 1));
    assertThat(Capabilities.sharedStore())
        .isEqualTo(new Capabilities(true, true, false, false, false, 1, 1));
  }

  /** Each says one thing more and keeps all the others, in any order. */
  @Test
  void addUp() {
    Capabilities all = new Capabilities(true, true, true, true, true, 512, 16);
    assertThat(
            Capabilities.sharedStore()
                .lending()
                .retainingPages()
                .withDirectPath()
                .withAlignment(512)
                .withConcurrency(16))
        .isEqualTo(all);
    assertThat(
            Capabilities.sharedStore()
                .withConcurrency(16)
                .withAlignment(512)
                .withDirectPath()
                .retainingPages()
                .lending())
        .isEqualTo(all);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, -4096, 3, 4097, 8192, Integer.MIN_VALUE})
  void alignmentIsAPowerOfTwoUpToAPage(int alignment) {
    assertThatThrownBy(() -> Capabilities.inProcess().withAlignment(alignment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("alignment must be a power of two, at most 4096, got " + alignment);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1025})
  void concurrencyHasBounds(int calls) {
    assertThatThrownBy(() -> Capabilities.inProcess().withConcurrency(calls))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("concurrency must be 1 to 1024, got " + calls);
  }
}
