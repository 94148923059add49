/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Traces against the tier in memory, as it is. */
final class ReplayTest {
  private static final double HALF_A_POINT = 0.005;

  @TempDir private Path folder;

  private Trace trace(List<int[]> prompts) throws IOException {
    Path file = Files.createTempFile(folder, "trace", ".jsonl");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      String ids =
          IntStream.of(prompts.get(i)).mapToObj(String::valueOf).collect(Collectors.joining(","));
      lines.add("{\"timestamp\": " + 300L * i + ", \"hash_ids\": [" + ids + "]}");
    }
    Files.write(file, lines);
    return Trace.read(file);
  }

  @ParameterizedTest
  @EnumSource
  void theDefaultPolicyIsNowhereMuchBelowLru(Traffic traffic) throws IOException {
    Trace trace = trace(traffic.prompts(4_000, 7));
    for (int blocks : List.of(300, 1_000, 3_000)) {
      double lru = Replay.hitRate(trace, "lru", blocks);
      double own = Replay.hitRate(trace, "hit-density", blocks);
      String what = traffic + " at " + blocks + ": " + own + " beside LRU's " + lru;
      assertThat(own).as(what).isGreaterThan(lru - HALF_A_POINT);
      assertThat(Replay.hitRate(trace, Replay.CLAIRVOYANT, blocks))
          .as(what)
          .isGreaterThanOrEqualTo(Math.max(lru, own));
    }
  }

  @Test
  void aLoopThatDoesNotFitIsWhereLruHasNothing() throws IOException {
    Trace trace = trace(Traffic.LOOP.prompts(4_000, 1));
    assertThat(Replay.hitRate(trace, "lru", 2_000)).isZero();
    assertThat(Replay.hitRate(trace, "hit-density", 2_000)).isGreaterThan(0.15);
  }

  /** Three documents of 100 blocks, in turns: of the one not used for longest, 56 blocks stay. */
  @Test
  void whatFitsIsThere() throws IOException {
    List<int[]> documents =
        IntStream.range(0, 3)
            .mapToObj(i -> IntStream.range(100 * i, 100 * i + 100).toArray())
            .toList();
    Trace trace = trace(IntStream.of(0, 1, 0, 2, 0, 1).mapToObj(documents::get).toList());
    assertThat(trace.blocks()).isEqualTo(300);
    assertThat(trace.wanted()).isEqualTo(600);
    assertThat(Replay.hitRate(trace, "lru", 256)).isEqualTo(256 / 600.0);
    assertThat(Replay.hitRate(trace, "lru", 300)).isEqualTo(300 / 600.0);
    assertThat(Replay.hitRate(trace, Replay.CLAIRVOYANT, 300)).isEqualTo(300 / 600.0);
  }
}
