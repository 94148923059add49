/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.Across;
import io.terrace.sample.Geometry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What one process computed, the next one finds, through a tier from outside of our build: the
 * example of the contract's README, installed in {@code tiers/}.
 */
@Tag("processes")
final class AcrossProcessesTest {
  private static final Map<String, String> ALONE = new HashMap<>();
  private static final String SECRET = "0123456789abcdef".repeat(4);
  @TempDir private static Path folder = Path.of("");
  private static Path model = Path.of("");
  private static Home home = new Home(Path.of(""));

  @BeforeAll
  static void install() throws Exception {
    model = Models.write(folder, Geometry.tiny());
    home = Home.in(folder).withLibraries();
    TierJar.installFolderTier(folder, home.tier("folder"));
    for (String word : List.of("What", "Whose")) { // by a process each that knows nothing
      Path nothing = Files.createTempDirectory(folder, "alone");
      ALONE.put(word, answers(process(nothing), word).line("answer"));
    }
  }

  private static ChildJvm process(Path root) {
    return ChildJvm.of(Across.class)
        .agent(home.agent())
        .properties(
            "terrace.chunkTokens", "32",
            "terrace.stack", "cpu,folder",
            "terrace.cache.folder", folder.resolve("cache").toString(),
            "terrace.tiers.folder.timeout", "30s",
            "terrace.tiers.folder.root", root.toString());
  }

  private static Result answers(ChildJvm process, String word) throws Exception {
    Result run = process.run(model, word);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.line("failed")).as("%s", run).isEqualTo("0");
    assertThat(run.warnings()).as("%s", run).isEmpty();
    return run;
  }

  private static String answerAlone(String word) {
    return Objects.requireNonNull(ALONE.get(word));
  }

  private static long number(Result run, String name) {
    return Long.parseLong(run.line(name));
  }

  @ParameterizedTest
  @CsvSource({"raw, checksum", "zstd, mac", "lz4, aes-256-gcm"})
  void aSecondProcessReusesWhatTheFirstComputed(String codec, String integrity) throws Exception {
    Path root = Files.createTempDirectory(folder, "chunks");
    String[] settings = {
      "terrace.tiers.folder.codec", codec,
      "terrace.tiers.folder.integrity", integrity,
      "terrace.integrity.secret", SECRET,
      "terrace.keys.secret", SECRET
    };
    Result first = answers(process(root).properties(settings), "What");
    assertThat(number(first, "first")).isZero();
    assertThat(number(first, "stored")).isPositive();

    Result same = answers(process(root).properties(settings), "What");
    assertThat(same.line("answer")).isEqualTo(first.line("answer"));
    assertThat(number(same, "first")).as("%s", same).isEqualTo(number(same, "prompt") - 1);

    Result other = answers(process(root).properties(settings), "Whose");
    assertThat(other.line("answer")).isEqualTo(answerAlone("Whose"));
    assertThat(number(other, "first"))
        .as("as far as the prompts agree, within a chunk too: %s", other)
        .isBetween(number(other, "prompt") - 20, number(other, "prompt") - 5);
  }

  /**
   * The answer is the lossy space's own; what counts is that it serves, and no other precision: all
   * share one folder.
   */
  @Test
  void fewerBitsServeAmongThemselves() throws Exception {
    Path root = Files.createTempDirectory(folder, "chunks");
    for (String precision : List.of("bf16", "f16", "q8")) {
      String[] settings = {"terrace.kv.precision", precision};
      Result first = answers(process(root).properties(settings), "What");
      assertThat(number(first, "first")).as("%s: %s", precision, first).isZero();
      assertThat(first.line("answer")).isEqualTo(answerAlone("What"));
      Result second = answers(process(root).properties(settings), "What");
      assertThat(number(second, "first")).as("%s", second).isEqualTo(number(second, "prompt") - 1);
    }
    Result exact = answers(process(root), "What");
    assertThat(number(exact, "first")).as("%s", exact).isZero();
  }

  @Test
  void damagedChunksAreSetAsideAndComputedAgain() throws Exception {
    Path root = Files.createTempDirectory(folder, "chunks");
    Result first = answers(process(root), "What");
    try (Stream<Path> files = Files.list(root)) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
    }
    Result second = process(root).run(model, "What");
    assertThat(second.line("answer")).isEqualTo(first.line("answer"));
    assertThat(number(second, "first")).isZero();
    assertThat(number(second, "setAside")).isPositive();
    assertThat(second.warnings())
        .as("%s", second)
        .isNotEmpty()
        .allMatch(line -> line.contains("tier 'folder'") && line.contains("computed again"));
  }

  @Test
  void aTierInMemoryTakesNoCodec() throws Exception {
    Result run = process(folder).property("terrace.tiers.cpu.codec", "zstd").run(model, "What");
    assertThat(run.exit()).isZero();
    List<String> said = run.said();
    assertThat(said).hasSize(1);
    assertThat(said.getFirst())
        .contains("'tiers.cpu.codec' is 'zstd', wanted", "a tier in memory takes: raw");
  }
}
