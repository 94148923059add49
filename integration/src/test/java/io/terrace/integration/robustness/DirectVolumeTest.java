/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.DeviceDriver;
import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.SystemPrompt;
import io.terrace.sample.Geometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Processes whose attention is computed on a device, and a volume with GPUDirect Storage: whole
 * chunks go from the device to files and back past the memory of the host, which serves where that
 * is not to be had.
 */
@Tag("processes")
final class DirectVolumeTest {
  private static final int CHUNK = 64;
  private static final int CHUNKS = 3; // whole ones, and a part of a fourth

  @TempDir private static Path folder = Path.of("");
  private static Path model = Path.of("");
  private static Home home = new Home(Path.of(""));
  private static String alone = "";
  private static long pageBytes;

  /** How payloads come from the volume to the device. */
  enum Way {
    STRAIGHT("", "auto", "own.read.gds.bytes"),
    NOT_REGISTERED("pinned=0", "auto", "own.read.gds.bounced.bytes"),
    COMPATIBLE("compatible", "on", "own.read.gds.compatible.bytes");

    private final String script;
    private final String gds;
    private final String counter;

    Way(String script, String gds, String counter) {
      this.script = script;
      this.gds = gds;
      this.counter = counter;
    }
  }

  @BeforeAll
  static void install() throws Exception {
    DeviceDriver.requireStandIn();
    Geometry geometry = Geometry.tiny();
    model = Models.write(folder, geometry);
    home = Home.in(folder).withLibraries();
    TierJar.installNfsTier(home.tier("nfs"));
    pageBytes = 4L * 2 * geometry.layers() * geometry.kvHeads() * geometry.headSize() * CHUNK;
    ask(process(newRoot(), ""), "A"); // the model's files are digested once
    alone = ask(process(newRoot(), "").property("terrace.reuse", "false"), "B").line("answer");
  }

  private static Path newRoot() throws IOException {
    return Files.createTempDirectory(folder, "volume");
  }

  private static ChildJvm process(Path root, String script) {
    return ChildJvm.of(SystemPrompt.class)
        .agent(home.agent())
        .variables(DeviceDriver.environmentWithGds(script))
        .properties(
            "terrace.device",
            "cuda",
            "terrace.stack",
            "cpu,nfs",
            "terrace.chunkTokens",
            String.valueOf(CHUNK),
            "terrace.cache.folder",
            folder.resolve("cache").toString(),
            "terrace.tiers.nfs.timeout",
            "60s",
            "terrace.tiers.nfs.root",
            root.toString(),
            SystemPrompt.FIGURES_PROPERTY,
            "nfs");
  }

  private static Result ask(ChildJvm process, String user) throws Exception {
    Result run = process.run(model, user, 4);
    assertThat(run.exit()).as("%s", run).isZero();
    return run;
  }

  private static long figure(Result run, String name) {
    return Long.parseLong(run.line(name));
  }

  private static void stored(Path root) throws Exception {
    Result run = ask(process(root, ""), "A");
    assertThat(figure(run, "storedDirect")).as("%s", run).isEqualTo(CHUNKS);
    assertThat(figure(run, "cufile.written")).as("%s", run).isEqualTo(CHUNKS * pageBytes);
    assertThat(figure(run, "own.write.gds.bytes")).isEqualTo(CHUNKS * pageBytes);
    assertThat(run.line("failed")).as("%s", run).isEqualTo("0");
  }

  private static void expectReused(Result run, int tokens) {
    assertThat(run.line("reused")).as("%s", run).isEqualTo(String.valueOf(tokens));
    assertThat(run.line("answer")).as("%s", run).isEqualTo(alone);
  }

  @ParameterizedTest
  @EnumSource
  void wholeChunksGoAndComePastTheHost(Way way) throws Exception {
    Path root = newRoot();
    stored(root);
    Result run = ask(process(root, way.script).property("terrace.tiers.nfs.gds", way.gds), "B");
    expectReused(run, 232);
    assertThat(figure(run, "direct")).as("%s", run).isEqualTo(CHUNKS);
    assertThat(figure(run, "cufile.read")).as("%s", run).isEqualTo(CHUNKS * pageBytes);
    assertThat(figure(run, way.counter)).as("%s", run).isEqualTo(CHUNKS * pageBytes);
    assertThat(figure(run, "loaded") - figure(run, "direct"))
        .as("through a page of the host goes what is part of a chunk alone: %s", run)
        .isEqualTo(figure(run, "own.read.chunks"))
        .isEqualTo(1);
  }

  @Test
  void whatTheDeviceStoredTheHostReads() throws Exception {
    Path root = newRoot();
    stored(root);
    Result run = ask(process(root, "").property("terrace.tiers.nfs.gds", "off"), "B");
    expectReused(run, 232);
    assertThat(figure(run, "direct")).as("%s", run).isZero();
    assertThat(figure(run, "cufile.read")).as("%s", run).isZero();
    assertThat(run.line("failed")).as("%s", run).isEqualTo("0");
  }

  @Test
  void aLibraryThatFailsIsLeftAloneAndTheHostServes() throws Exception {
    Path root = newRoot();
    stored(root);
    Result run = ask(process(root, "broken"), "B");
    expectReused(run, 232);
    assertThat(figure(run, "direct")).as("%s", run).isZero();
    assertThat(figure(run, "directFailures")).as("%s", run).isPositive();
    assertThat(figure(run, "failures")).as("of the tier: %s", run).isZero();
    assertThat(run.warnings()).as("%s", run).anyMatch(line -> line.contains("'nfs'"));
  }

  @Test
  void aFlippedBitIsFoundOnTheDevice() throws Exception {
    Path root = newRoot();
    stored(root);
    for (Path file : wholeChunks(root)) {
      flip(file);
    }
    Result run = ask(process(root, ""), "B");
    expectReused(run, 0);
    assertThat(figure(run, "fault.payload_damaged")).as("%s", run).isPositive();
    assertThat(figure(run, "direct")).as("%s", run).isZero();
    assertThat(figure(run, "setAside")).as("%s", run).isPositive();
  }

  private static List<Path> wholeChunks(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> chunks =
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.toFile().length() == 4096 + pageBytes)
              .toList();
      assertThat(chunks).hasSize(CHUNKS);
      return chunks;
    }
  }

  private static void flip(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      long at = 4096 + pageBytes / 2;
      channel.read(one, at);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 4)}), at);
    }
  }
}
