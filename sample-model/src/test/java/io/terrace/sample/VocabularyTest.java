/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VocabularyTest {

  @ParameterizedTest
  @ValueSource(ints = {260, 261, 512, 2_048, 16_384})
  void hasEachIdOnceAndEachByte(int size) {
    Vocabulary vocabulary = Vocabulary.of(size);
    assertThat(vocabulary.texts()).hasSize(size).doesNotHaveDuplicates();
    for (int octet = 0; octet < 256; octet++) {
      assertThat(vocabulary.symbolText(octet)).isEqualTo(String.valueOf((char) octet));
    }
    BitSet special = vocabulary.special();
    assertThat(size - special.cardinality()).isEqualTo(256 + vocabulary.merges().size());
    assertThat(special.get(Vocabulary.BEGIN) && special.get(Vocabulary.END)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 2_048})
  void onlyPrintableAsciiIsSpeakable(int size) {
    Vocabulary vocabulary = Vocabulary.of(size);
    BitSet unspeakable = vocabulary.unspeakable();
    for (int id = 0; id < size; id++) {
      boolean printable = vocabulary.texts().get(id).matches("[ -~]+");
      boolean speakable = printable && !vocabulary.special().get(id);
      assertThat(unspeakable.get(id)).as(vocabulary.texts().get(id)).isEqualTo(!speakable);
    }
    assertThat(unspeakable.cardinality()).isBetween(165, 180);
  }
}
