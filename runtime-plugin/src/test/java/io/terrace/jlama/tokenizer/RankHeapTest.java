/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.PriorityQueue;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

final class RankHeapTest {
  /** Zero removes the least entry, any other number is added. */
  @Property(tries = 300)
  void removesWhatAPriorityQueueRemoves(
      @ForAll @Size(max = 200) List<@LongRange(min = 0, max = 20) Long> operations) {
    RankHeap heap = new RankHeap(0);
    PriorityQueue<Long> expected = new PriorityQueue<>();
    for (long operation : operations) {
      if (operation > 0) {
        heap.add(operation);
        expected.add(operation);
      } else if (!expected.isEmpty()) {
        assertThat(heap.removeLeast()).isEqualTo(expected.remove());
      }
    }
    while (!expected.isEmpty()) {
      assertThat(heap.isEmpty()).isFalse();
      assertThat(heap.removeLeast()).isEqualTo(expected.remove());
    }
    assertThat(heap.isEmpty()).isTrue();
  }
}
