/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void columnsAreRightAlignedAndShortHeadingsStandAtTheBottom() {
    Table table = new Table("prompt\ntokens", "warm");
    table.row("1,024", "9.25");
    table.row("8,000", "12,345");
    assertThat(table.lines())
        .containsExactly(
            "prompt", "tokens    warm", "--------------", " 1,024    9.25", " 8,000  12,345");
  }

  @Test
  void millisecondsKeepThreeOrFourDigits() {
    assertThat(Table.millis(1.234)).isEqualTo("1.23");
    assertThat(Table.millis(12.34)).isEqualTo("12.3");
    assertThat(Table.millis(123.4)).isEqualTo("123");
    assertThat(Table.millis(12345.6)).isEqualTo("12,346");
  }
}
