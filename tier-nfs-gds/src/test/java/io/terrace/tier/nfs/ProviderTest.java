/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.spi.Deadline;
import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.WriteResult;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.Settings;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The tier as users open it: by settings, each of which works or is refused by name. */
final class ProviderTest {
  @TempDir private Path root;

  private static Deadline inTime() {
    return Deadline.after(Duration.ofSeconds(60));
  }

  private static KvTier open(Map<String, String> written) {
    KvTierProvider provider =
        ServiceLoader.load(KvTierProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(each -> each.type().equals("nfs"))
            .findFirst()
            .orElseThrow();
    return provider.open(Settings.of(provider.options(), written), new RecordingContext());
  }

  private KvTier openWith(String... written) {
    Map<String, String> all = new HashMap<>(Map.of("root", root.toString()));
    for (int i = 0; i < written.length; i += 2) {
      all.put(written[i], written[i + 1]);
    }
    return open(all);
  }

  private static void expectWorks(KvTier tier) throws Exception {
    TestChunk chunk = new TestChunks(3).full(1);
    assertThat(tier.write(chunk.bytes(), inTime())).isEqualTo(WriteResult.STORED);
    RecordingSink sink = new RecordingSink();
    assertThat(tier.read(chunk.key(), sink, inTime())).isEqualTo(ReadOutcome.FOUND);
    assertThat(sink.payload()).isEqualTo(chunk.payloadBytes());
  }

  @Test
  void opensWithARootAlone() throws Exception {
    try (KvTier tier = openWith()) {
      expectWorks(tier);
      assertThat(tier.capabilities().shared()).isTrue();
      assertThat(tier.capabilities().durable()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"channel", "direct", "uring", "auto"})
  void readsEachWay(String way) throws Exception {
    try (KvTier tier = openWith("read", way)) {
      expectWorks(tier);
      long moved =
          tier.counters().entrySet().stream()
              .filter(each -> each.getKey().matches("read\\.(channel|direct|uring)\\.bytes"))
              .mapToLong(Map.Entry::getValue)
              .sum();
      assertThat(moved).isGreaterThanOrEqualTo(new TestChunks(3).full(1).payload().byteSize());
    }
  }

  @ParameterizedTest
  @EnumSource(Sync.class)
  void forcesWhatIsAskedFor(Sync sync) throws Exception {
    try (KvTier tier = openWith("sync", sync.name().toLowerCase(Locale.ROOT))) {
      expectWorks(tier);
    }
  }

  @Test
  void mapsOnLocalFileSystemsIfAskedTo() throws Exception {
    try (KvTier tier = openWith("map", "on")) {
      expectWorks(tier);
      Path file = new Layout(root).file(new TestChunks(3).full(1).key());
      boolean lends = tier.capabilities().lends();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo(lends ? "r--r--r--" : "rw-------");
    }
  }

  @Test
  void ownerAloneMayReadWhatIsStored() throws Exception {
    try (KvTier tier = openWith("read", "channel")) {
      expectWorks(tier);
    }
    Path file = new Layout(root).file(new TestChunks(3).full(1).key());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void saysWhatIsWrongWithTheRoot() throws IOException {
    Path file = Files.createFile(root.resolve("file"));
    assertThatThrownBy(() -> open(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'root' must be set");
    for (Path wrong : List.of(root.resolve("none"), file)) {
      assertThatThrownBy(() -> open(Map.of("root", wrong.toString())))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("'root' is '" + wrong + "'")
          .hasMessageContaining("a folder that is there");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "capacity | 100 | at least 1MiB",
        "capacity | much | 64MiB",
        "sync | always | none, data, full",
        "threads | 0 | at least 1",
        "read | mmap | auto, channel, direct, uring",
        "map | maybe | auto, on, off",
        "gds | yes | auto, on, off",
        "presenceAge | 1d | at most 10m",
        "rooot | x | root"
      })
  void saysWhatIsWrongWithAValue(String key, String value, String allowed) {
    assertThatThrownBy(() -> openWith(key, value))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'" + key + "'")
        .hasMessageContaining(allowed);
  }

  @Test
  void examinesTheVolume() throws Exception {
    try (KvTier tier = openWith("capacity", "64MiB")) {
      expectWorks(tier);
      List<Finding> findings = tier.examine(inTime());
      assertThat(findings)
          .extracting(Finding::subject)
          .containsExactly(
              "root",
              "writing",
              "clock of the volume",
              "room",
              "reading",
              "mapping",
              "GPUDirect Storage");
      assertThat(findings).noneMatch(each -> each.level() == Finding.Level.BAD);
      assertThat(findings.get(3).text()).startsWith("1 chunks, 0.0 of 64 MiB;");
      assertThat(Trees.ending(root, ".part")).isEmpty();
    }
  }
}
