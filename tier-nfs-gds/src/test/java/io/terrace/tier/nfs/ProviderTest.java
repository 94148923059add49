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
import io.terrace.spi.kit.LogLines;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import io.terrace.tier.nfs.io.ReadWay;
import io.terrace.tier.nfs.io.Volume;
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
  @EnumSource(names = {"CHANNEL", "DIRECT", "URING"})
  void readsAndWritesTheWayThatIsSet(ReadWay way) throws Exception {
    Ways.require(way, root);
    try (KvTier tier = openWith("read", way.word())) {
      expectWorks(tier);
      long bytes = new TestChunks(3).full(1).bytes().storedBytes();
      assertThat(tier.counters()).containsEntry("read." + way.word() + ".bytes", bytes);
      assertThat(tier.counters())
          .containsEntry("write.channel.bytes", way == ReadWay.CHANNEL ? bytes : 0)
          .containsEntry("write.direct.bytes", way == ReadWay.CHANNEL ? 0 : bytes);
    }
  }

  @ParameterizedTest
  @EnumSource(Sync.class)
  void opensWithEachSync(Sync sync) throws Exception {
    try (KvTier tier = openWith("sync", sync.name().toLowerCase(Locale.ROOT))) {
      expectWorks(tier);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHANNEL", "DIRECT"})
  void forcesWhatIsAskedFor(ReadWay way) throws Exception {
    Ways.require(way, root);
    TestChunks chunks = new TestChunks(3);
    int number = 10;
    for (Sync sync : Sync.values()) {
      RecordedForcing forced = new RecordedForcing();
      TestChunk chunk = chunks.full(number++);
      Path folder = new Layout(root).file(chunk.key()).getParent();
      try (NfsTier tier = Opened.at(root).read(way).sync(sync, forced).tier()) {
        assertThat(tier.write(chunk.bytes(), inTime())).isEqualTo(WriteResult.STORED);
      }
      assertThat(forced.files()).as(sync + ", files").isEqualTo(sync == Sync.NONE ? 0 : 1);
      assertThat(forced.folders())
          .as(sync + ", folders")
          .isEqualTo(sync == Sync.FULL ? List.of(folder) : List.of());
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
    Map<Path, String> wrong =
        Map.of(
            root.resolve("none"), "a folder that is there", file, "a folder, and this is a file");
    wrong.forEach(
        (path, wanted) ->
            assertThatThrownBy(() -> open(Map.of("root", path.toString())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'root' is '" + path + "'")
                .hasMessageContaining(wanted));
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
              "reading",
              "mapping",
              "GPUDirect Storage",
              "room");
      assertThat(findings).noneMatch(each -> each.level() == Finding.Level.BAD);
      assertThat(findings.getLast().text()).startsWith("1 chunks, 0.0 of 64 MiB;");
      assertThat(findings).extracting(Finding::text).doesNotContain("-0.0 s from ours");
      assertThat(Trees.ending(root, ".part")).isEmpty();
    }
  }

  private static Finding room(KvTier tier) throws Exception {
    return tier.examine(inTime()).getLast();
  }

  @Test
  void warnsOfACapacityBelowALargeChunk() throws Exception {
    try (KvTier tier = openWith("capacity", "1MiB")) {
      assertThat(room(tier).level()).isEqualTo(Finding.Level.WARNING);
      assertThat(room(tier).text()).endsWith("; a chunk can take 32 MiB");
      assertThat(room(tier).advice()).startsWith("raise 'capacity'");
    }
  }

  @Test
  void warnsOfADiskThatIsFullBeforeTheTier() throws Exception {
    try (Volume small = Volume.small(64)) {
      String root = small.folder().toString();
      try (KvTier tier = open(Map.of("root", root, "capacity", "60MiB"))) {
        assertThat(room(tier).level()).as(room(tier).text()).isEqualTo(Finding.Level.GOOD);
        Files.write(small.folder().resolve("of-others"), new byte[8 << 20]);
        assertThat(room(tier).level()).isEqualTo(Finding.Level.WARNING);
        assertThat(room(tier).advice()).contains("the disk is full before");
      }
    }
  }

  @Test
  void aFileSystemThatSaysNoSizeHasNoLimit() throws Exception {
    try (Volume ramfs = Volume.ramfs();
        KvTier tier = open(Map.of("root", ramfs.folder().toString()))) {
      expectWorks(tier);
      assertThat(room(tier))
          .isEqualTo(
              Finding.good(
                  "room", "1 chunks, 0.0 of unlimited MiB; unlimited MiB free on the disk"));
    }
  }

  @Test
  void saysThatMemoryIsGoneAfterAReboot() throws Exception {
    try (Volume memory = Volume.tmpfs();
        KvTier tier = open(Map.of("root", memory.folder().toString()))) {
      assertThat(tier.examine(inTime()).getFirst().text())
          .contains("on tmpfs (in memory: gone after a reboot), owned by");
    }
  }

  @Test
  void aVolumeThatMayOnlyBeReadIsToldInOneLine() throws Exception {
    try (Volume readOnly = Volume.readOnly(root);
        LogLines log = LogLines.of(NfsTierProvider.class);
        KvTier tier = open(Map.of("root", readOnly.folder().toString()))) {
      assertThat(log.warnings())
          .containsExactly(
              readOnly.folder()
                  + " may only be read: nothing is stored or removed there; mount it so that it may"
                  + " be written, or give this user the right");
      assertThat(tier.examine(inTime()))
          .extracting(Finding::text)
          .anyMatch(text -> text.startsWith("read by channel (no way was tried, since no file"));
    }
  }
}
