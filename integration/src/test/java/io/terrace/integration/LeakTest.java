/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tjake.jlama.tensor.KvBufferCache;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A thousand sessions leave nothing behind. */
final class LeakTest {
  private static final Kind KIND = Kind.GROUPED_QUERIES;
  private static final int WARM_UP = 400;
  private static final int SESSIONS = 1_000;

  /** What a process holds. */
  private record Holding(
      long residentKib,
      long mappedBytes,
      long pagesInUse,
      long chunks,
      long privatePages,
      long buffersOfJlama,
      long pageFiles,
      long evicted)
      implements Serializable {}

  @Test
  void whereAllPromptsDiffer() {
    try (Child child = Child.start("terrace.pool.bytes=8MiB")) {
      Holding warm = child.call(models -> sessions(models.get(KIND), 0, WARM_UP, false));
      Holding end = child.call(models -> sessions(models.get(KIND), WARM_UP, SESSIONS, false));
      check(warm, end);
      assertThat(end.evicted).isGreaterThan(SESSIONS / 2);
      assertThat(end.mappedBytes).isLessThanOrEqualTo(8L << 20);
    }
  }

  @Test
  void wherePromptsAreRepeated() {
    try (Child child = Child.start("terrace.pool.bytes=64MiB")) {
      Holding warm = child.call(models -> sessions(models.get(KIND), 0, WARM_UP, true));
      Holding end = child.call(models -> sessions(models.get(KIND), WARM_UP, SESSIONS, true));
      check(warm, end);
      assertThat(end.evicted).isZero();
      assertThat(end.mappedBytes).isEqualTo(warm.mappedBytes);
      assertThat(end.chunks).isEqualTo(warm.chunks);
    }
  }

  private static void check(Holding warm, Holding end) {
    assertThat(end.pageFiles).as("page files").isZero();
    assertThat(end.buffersOfJlama).as("buffers in Jlama's map").isZero();
    assertThat(end.privatePages).as("private pages").isZero();
    assertThat(end.pagesInUse).as("pages in use").isEqualTo(end.chunks);
    assertThat(end.mappedBytes).isLessThanOrEqualTo(warm.mappedBytes + (2L << 20));
    assertThat(end.residentKib).as("resident KiB").isLessThan(warm.residentKib + 48L * 1_024);
  }

  private static Holding sessions(TestModel model, int from, int to, boolean repeated)
      throws IOException {
    for (int i = from; i < to; i++) {
      int number = repeated ? i % 16 : i;
      // Of lengths seen before: Jlama keeps scratch for each.
      int length = 3 + i % 16 + (i % 16 == 5 ? 300 : 0);
      model.generate(Prompts.text(number, length), 2);
    }
    return holding(model);
  }

  private static Holding holding(TestModel model) throws IOException {
    System.gc(); // resident memory without what the heap might give up
    Map<?, ?> buffers =
        (Map<?, ?>) TestModel.field(KvBufferCache.class, "kvBufferCache", model.cache());
    return new Holding(
        residentKib(),
        Figures.get("MappedBytes"),
        Figures.get("PagesInUse"),
        Figures.get("Chunks"),
        Figures.get("PrivatePages"),
        buffers.size(),
        pageFiles(model.model().getConfig().workingDirectory().orElseThrow().toPath()),
        Figures.get("EvictedChunks"));
  }

  private static long residentKib() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", ""));
    }
  }

  private static long pageFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".page")).count();
    }
  }
}
