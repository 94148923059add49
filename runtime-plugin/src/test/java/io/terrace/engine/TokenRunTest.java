/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class TokenRunTest {
  /** Runs of two tokens, so that they often begin alike, at any place of their arrays. */
  @Property
  void comparesWhatLiesInTheRun(
      @ForAll @Size(max = 6) int @IntRange(max = 1) [] one,
      @ForAll @Size(max = 6) int @IntRange(max = 1) [] other,
      @ForAll @IntRange(max = 3) int offset) {
    TokenRun a = within(one, offset, 7);
    TokenRun b = within(other, 3 - offset, -7);
    int shared = 0;
    while (shared < Math.min(one.length, other.length) && one[shared] == other[shared]) {
      shared++;
    }
    assertThat(a.length()).isEqualTo(one.length);
    assertThat(a.commonPrefix(b)).isEqualTo(shared).isEqualTo(b.commonPrefix(a));
    assertThat(Integer.signum(a.compareTo(b)))
        .isEqualTo(Integer.signum(Arrays.compare(one, other)));
    assertThat(a.equals(b)).isEqualTo(Arrays.equals(one, other));
    assertThat(a).isEqualTo(within(one, 0, 9)).hasSameHashCodeAs(within(one, 0, 9));
  }

  private static TokenRun within(int[] tokens, int offset, int filler) {
    int[] array = new int[offset + tokens.length + 2];
    Arrays.fill(array, filler);
    System.arraycopy(tokens, 0, array, offset, tokens.length);
    return new TokenRun(array, offset, offset + tokens.length);
  }

  @Test
  void aCopyDoesNotSeeLaterChanges() {
    int[] tokens = {1, 2, 3, 4};
    TokenRun copy = TokenRun.copyOf(tokens, 1, 2);
    tokens[1] = 99;
    assertThat(copy).isEqualTo(new TokenRun(new int[] {2, 3}, 0, 2)).isNotEqualTo("other");
  }
}
