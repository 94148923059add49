/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IdMemoTest {
  @Test
  void staysWithinItsCapacity() {
    long capacityBytes = 64 << 10;
    IdMemo memo = new IdMemo(capacityBytes);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      texts.add("text " + i + "x".repeat(i % 100));
      memo.put(texts.get(i), new long[i % 30]);
    }
    long heldBytes = 0;
    for (String text : texts) {
      long[] ids = memo.get(text);
      heldBytes += ids == null ? 0 : IdMemo.bytes(text, ids);
    }
    assertThat(heldBytes).isBetween(capacityBytes / 2, capacityBytes);
  }

  @Test
  void doesNotKeepWhatIsLargerThanItself() {
    IdMemo memo = new IdMemo(10_000);
    memo.put("small", new long[] {1});
    memo.put("large", new long[10_000]);
    assertThat(memo.get("large")).isNull();
    assertThat(memo.get("small")).containsExactly(1);
  }
}
