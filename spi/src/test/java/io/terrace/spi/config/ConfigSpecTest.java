/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigSpecTest {
  private static Option<Boolean> option(String name) {
    return Option.bool(name, "");
  }

  @Test
  void refusesNamesThatCannotStandTogether() {
    assertThatThrownBy(() -> ConfigSpec.of(option("a.b"), option("a.b")))
        .hasMessage("options 'a.b' and 'a.b' would be one environment variable");
    assertThatThrownBy(() -> ConfigSpec.of(option("a.b"), option("a-B")))
        .hasMessage("options 'a.b' and 'a-B' would be one environment variable");
    assertThatThrownBy(() -> ConfigSpec.of(option("pool.bytes"), option("pool")))
        .hasMessage("options 'pool.bytes' and 'pool': one is a section of the other");
    assertThat(ConfigSpec.of(option("pool"), option("pools.x")).options()).hasSize(2);
  }

  @Test
  void refusesADefaultOutOfItsOwnBounds() {
    Option<Integer> lanes = Option.integer("lanes", "").defaultsTo(0).min(1);
    assertThatThrownBy(() -> ConfigSpec.of(lanes))
        .hasMessage("option lanes: its default or example is 0, wanted a whole number, at least 1");
    Option<Integer> computed = Option.integer("lanes", "").oneOf(1, 2).computed("one a core", 3);
    assertThatThrownBy(() -> ConfigSpec.of(computed)).hasMessageContaining("example is 3");
  }

  @Test
  void writesATable() {
    ConfigSpec spec =
        ConfigSpec.of(
            Option.bytes("capacity", "Memory | more.").min(1L << 20).defaultsTo(2L << 30),
            Option.path("root", "Folder."),
            Option.integer("lanes", "Lanes.").computed("one a core", 4),
            Option.string("token", "Password.").defaultsTo("hunter2").asSecret());
    assertThat(spec.markdownTable("tiers.nfs."))
        .isEqualTo(
            """
            | key | type | default | allowed | what it does |
            |---|---|---|---|---|
            | `tiers.nfs.capacity` | bytes | `2GiB` | a size such as 64MiB, 2GB or 1048576, at least 1MiB | Memory \\| more. |
            | `tiers.nfs.root` | path | must be set | a path | Folder. |
            | `tiers.nfs.lanes` | int | one a core | a whole number | Lanes. |
            | `tiers.nfs.token` | string | `***` | a text | Password. |
            """);
  }

  @Test
  void givesTheFormOfVariables() {
    assertThat(ConfigSpec.variableForm("prefixIndex.bytes")).isEqualTo("PREFIXINDEX_BYTES");
    assertThat(ConfigSpec.variableForm("tiers.nfs-gds.root")).isEqualTo("TIERS_NFS_GDS_ROOT");
  }

  @ParameterizedTest
  @CsvSource({
    "pool.byte, pool.bytes",
    "POOL.BYTES, pool.bytes",
    "bytes.pool, ",
    "chunk.tokens, chunkTokens",
    "repair, jlama.repair",
    "jlama.repiar, jlama.repair",
    "enable, enabled",
    "x, ",
    "somethingElse, "
  })
  void findsTheNearestName(String wrong, String nearest) {
    List<String> known = List.of("enabled", "chunkTokens", "pool.bytes", "jlama.repair");
    assertThat(ConfigSpec.nearest(wrong, known).orElse(null)).isEqualTo(nearest);
  }

  @ParameterizedTest
  @CsvSource({"abcd, abcd, 0", "abcd, abdc, 1", "abcd, acd, 1", "abcd, abxcd, 1", "'', abc, 3"})
  void countsEdits(String a, String b, int edits) {
    assertThat(NearestName.distance(a, b)).isEqualTo(edits);
    assertThat(NearestName.distance(b, a)).isEqualTo(edits);
  }
}
