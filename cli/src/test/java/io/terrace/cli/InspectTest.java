/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigSources;
import io.terrace.loader.InspectedTier;
import io.terrace.loader.TierInspector;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.Deadline;
import io.terrace.spi.TierException;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code terrace inspect} on the golden files of the format, as files and in a tier. */
final class InspectTest {
  private static final Path GOLDEN = Path.of("../spi/src/test/resources/format");

  private static final String FULL_KEY = key("v1-full.chunk");
  private static final String SECRET =
      "6465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f80818283";

  @TempDir private Path folder = Path.of("");

  private static CommandRun inspect(Object... arguments) {
    String[] words = new String[arguments.length + 1];
    words[0] = "inspect";
    for (int i = 0; i < arguments.length; i++) {
      words[i + 1] = arguments[i].toString();
    }
    return CommandRun.of(words);
  }

  private Path changed(String name, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(GOLDEN.resolve(name));
    bytes[at] ^= 1;
    return Files.write(folder.resolve(name), bytes);
  }

  @Test
  void aSoundChunk() {
    CommandRun run = inspect(GOLDEN.resolve("v1-full.chunk"));
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("v1-full.chunk: 5,120 bytes", "kind         full", "positions    32", "sound")
        .doesNotContain("tokens");
  }

  @Test
  void tokensAreShownOnRequestOnly() {
    assertThat(inspect(GOLDEN.resolve("v1-tail.chunk"), "--tokens").out())
        .contains("tokens       [3, 10, 31, ");
    assertThat(inspect(GOLDEN.resolve("v1-aes.chunk"), "--tokens").out())
        .contains("tokens       enciphered", "OTHER_SECRET", "not at hand");
  }

  @Test
  void jsonSaysWhichBytesAreWrong() throws IOException {
    CommandRun run = inspect(changed("v1-full.chunk", 4096 + 77), "--json");
    assertThat(run.status()).isEqualTo(1);
    JsonNode found = new ObjectMapper().readTree(run.out()).get(0);
    assertThat(found.get("sound").asBoolean()).isFalse();
    assertThat(found.get("kind").asText()).isEqualTo("full");
    JsonNode fault = found.get("fault");
    assertThat(fault.get("kind").asText()).isEqualTo("payload-damaged");
    assertThat(fault.get("from").asInt()).isEqualTo(4096);
    assertThat(fault.get("to").asInt()).isEqualTo(5120);
  }

  @Test
  void aDamagedHeaderIsNotShown() throws IOException {
    CommandRun run = inspect(changed("v1-full.chunk", 40));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("NOT USABLE: HEADER_DAMAGED").doesNotContain("fingerprint");
  }

  @Test
  void aFileThatWasCut() throws IOException {
    byte[] bytes = Files.readAllBytes(GOLDEN.resolve("v1-full.chunk"));
    for (int length : new int[] {0, 3, 100, 4095, 5000}) {
      Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, length));
      CommandRun run = inspect(file);
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.out()).as("%d bytes", length).contains("NOT USABLE: TRUNCATED");
    }
  }

  @Test
  void whatIsNeitherFileNorKey() {
    CommandRun run = inspect("no-such-file");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("'no-such-file' is no file, and no key");
  }

  @Test
  void aKeyThatNoTierHas() {
    CommandRun run = inspect("ab".repeat(32));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("no tier below memory has the chunk abab");
  }

  @Test
  void aConfigurationThatIsNotThere() {
    CommandRun run = inspect("ab".repeat(32), "--config", folder.resolve("none.yaml"));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("none.yaml");
  }

  /** What someone does who wants a change unnoticed: makes the header's own checksum right. */
  private Path resealed(String name, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(GOLDEN.resolve(name));
    bytes[at] ^= 1;
    Arrays.fill(bytes, 12, 16, (byte) 0);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 4096);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(12, (int) crc.getValue());
    return Files.write(folder.resolve(name), bytes);
  }

  private static JsonNode only(CommandRun run) throws IOException {
    JsonNode found = new ObjectMapper().readTree(run.out());
    assertThat(found).as(run.out()).hasSize(1);
    return found.get(0);
  }

  private static void expectFault(CommandRun run, String kind, int from, int to)
      throws IOException {
    assertThat(run.status()).as(run.out()).isEqualTo(1);
    JsonNode found = only(run);
    assertThat(found.get("sound").asBoolean()).isFalse();
    assertThat(found.at("/fault/kind").asText()).isEqualTo(kind);
    assertThat(found.at("/fault/from").asInt()).isEqualTo(from);
    assertThat(found.at("/fault/to").asInt()).isEqualTo(to);
  }

  @ParameterizedTest
  @CsvSource({
    "v1-full.chunk, 48, other-tokens, 256, 384", // the parent, of which the ids give another key
    "v1-full.chunk, 260, other-tokens, 256, 384",
    "v1-tail.chunk, 256, other-tokens, 256, 336",
    "v1-reference.chunk, 212, other-tokens, 212, 244",
    "v1-full.chunk, 135, newer, 135, 136",
    "v1-full.chunk, 384, malformed, 384, 4096",
    "v1-tail.chunk, 4095, malformed, 4095, 4096"
  })
  void whatIsWrongThoughTheChecksumIsRight(String name, int at, String kind, int from, int to)
      throws IOException {
    expectFault(inspect(resealed(name, at), "--json"), kind, from, to);
  }

  @Test
  void everyGoldenFileIsSound() throws IOException {
    Path config = config("integrity.secret: '" + SECRET + "'\n");
    try (Stream<Path> files = Files.list(GOLDEN)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".chunk")).toList()) {
        CommandRun run = inspect(file, "--config", config);
        assertThat(run.status()).as(run.out()).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1-mac.chunk", "v1-aes.chunk"})
  void anotherSecretIsBlamedOnTheBytesThatNameIt(String name) throws IOException {
    Path config = config("integrity.secret: '" + "ab".repeat(32) + "'\n");
    CommandRun run = inspect(GOLDEN.resolve(name), "--json", "--config", config);
    expectFault(run, "other-secret", 168, 184);
  }

  @Test
  void aFileWithoutTheProtectionThatATierWants() throws IOException {
    Path config = config(yaml("mac"));
    CommandRun run = inspect(GOLDEN.resolve("v1-full.chunk"), "--json", "--config", config);
    expectFault(run, "unprotected", 134, 135);
    assertThat(inspect(GOLDEN.resolve("v1-mac.chunk"), "--config", config).status()).isZero();
  }

  @Test
  void aTierThatWantsASecretWhichIsNotThere() throws IOException {
    Path config = config(yaml("mac").replaceFirst("integrity.secret.*\n", ""));
    CommandRun run = inspect(GOLDEN.resolve("v1-full.chunk"), "--config", config);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("tiers.nfs.integrity", "integrity.secret");
  }

  private Path config(String yaml) throws IOException {
    return Files.writeString(folder.resolve("terrace.yaml"), yaml);
  }

  private String yaml(String integrity) throws IOException {
    Path root = Files.createDirectories(folder.resolve("volume"));
    return "integrity.secret: '"
        + SECRET
        + "'\nstack: [cpu, nfs]\ntiers:\n  nfs:\n    root: '"
        + root
        + "'\n    integrity: "
        + integrity
        + "\n";
  }

  /** Stores a golden file in the tier, under its key, and says where it lies. */
  private Path stored(String name, Path config) throws IOException, TierException {
    byte[] bytes = Files.readAllBytes(GOLDEN.resolve(name));
    MemorySegment memory = Arena.ofAuto().allocate(bytes.length, 4096);
    memory.copyFrom(MemorySegment.ofArray(bytes));
    ChunkHeader header = new ChunkHeader(memory.asSlice(0, ChunkHeader.BYTES));
    ChunkDescriptor chunk =
        new ChunkDescriptor(
            header.key(), header.parent(), 0, header.positions(), header.geometry());
    ConfigSources sources = ConfigSources.ofProcess(Map.of("terrace.config", config.toString()));
    TierInspector inspector = new TierInspector(ConfigLoader.load(sources).config());
    try (InspectedTier opened = inspector.open("nfs", Assertions::fail)) {
      WriteResult result =
          opened
              .tier()
              .write(
                  Chunk.ofBytes(chunk, header.memory(), memory.asSlice(ChunkHeader.BYTES)),
                  Deadline.after(Duration.ofSeconds(30)));
      assertThat(result).isEqualTo(WriteResult.STORED);
    }
    try (Stream<Path> files = Files.walk(folder.resolve("volume"))) {
      return files
          .filter(file -> file.toString().contains(header.key().hex()))
          .findFirst()
          .orElseThrow();
    }
  }

  private static String key(String name) {
    try {
      return HexFormat.of().formatHex(Files.readAllBytes(GOLDEN.resolve(name)), 16, 48);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aKeyOfAChunkThatIsFound() throws Exception {
    Path config = config(yaml("checksum"));
    stored("v1-full.chunk", config);
    CommandRun run = inspect(FULL_KEY, "--config", config);
    assertThat(run.status()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .contains("tier 'nfs': 5,120 bytes", "kind         full", FULL_KEY, "sound");
    JsonNode json = only(inspect(FULL_KEY, "--config", config, "--json"));
    assertThat(json.get("place").asText()).isEqualTo("tier 'nfs'");
    assertThat(json.get("sound").asBoolean()).isTrue();
    assertThat(json.get("bytes").asInt()).isEqualTo(5120);
  }

  /** People look at what is wrong: it must not be gone because they did. */
  @Test
  void aDamagedChunkIsShownAndLeftWhereItIs() throws Exception {
    Path config = config(yaml("checksum"));
    Path file = stored("v1-full.chunk", config);
    byte[] bytes = Files.readAllBytes(file);
    bytes[5000] ^= 1;
    Files.write(file, bytes);
    CommandRun run = inspect(FULL_KEY, "--config", config, "--json");
    expectFault(run, "payload-damaged", 4096, 5120);
    assertThat(file).hasBinaryContent(bytes);
  }

  @Test
  void anotherChunkUnderTheKey() throws Exception {
    Path config = config(yaml("checksum"));
    Path file = stored("v1-full.chunk", config);
    Files.write(file, Files.readAllBytes(GOLDEN.resolve("v1-tail.chunk")));
    expectFault(inspect(FULL_KEY, "--config", config, "--json"), "other-key", 16, 48);
  }

  @Test
  void aTiersChunkWithoutTheProtectionThatItWants() throws Exception {
    Path config = config(yaml("checksum"));
    stored("v1-full.chunk", config);
    config(yaml("aes-256-gcm"));
    expectFault(inspect(FULL_KEY, "--config", config, "--json"), "unprotected", 134, 135);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fails|the store does not answer",
        "breaks|the tier itself fails: java.lang.IllegalStateException: a fault of its own",
        "sick|the tier itself fails: java.lang.IllegalStateException: it says null",
        "stuck|its door is stuck"
      })
  void aTierThatCannotBeAskedHidesNoOther(String mode, String why) throws Exception {
    Path config = config(yaml("checksum"));
    stored("v1-full.chunk", config);
    config(
        yaml("checksum").replace("[cpu, nfs]", "[stand-in, nfs]")
            + "  stand-in:\n    root: '"
            + folder
            + "'\n    mode: "
            + mode
            + "\n");
    CommandRun run = inspect(FULL_KEY, "--config", config);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains("tier 'stand-in': FAILED: ", why)
        .contains("tier 'nfs': 5,120 bytes", "sound");
    JsonNode json =
        new ObjectMapper().readTree(inspect(FULL_KEY, "--config", config, "--json").out());
    assertThat(json.get(0).get("failure").asText()).contains(why);
    assertThat(json.get(0).get("sound").asBoolean()).isFalse();
    assertThat(json.get(1).get("sound").asBoolean()).isTrue();
  }

  @Test
  void aTierThatCannotBeOpenedHidesNoOther() throws Exception {
    Path config = config(yaml("checksum"));
    stored("v1-full.chunk", config);
    config(
        yaml("checksum").replace("[cpu, nfs]", "[nfs, stand-in]")
            + "  stand-in:\n    root: '"
            + folder.resolve("absent")
            + "'\n");
    CommandRun run = inspect(FULL_KEY, "--config", config);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains("tier 'nfs': 5,120 bytes", "sound")
        .contains("tier 'stand-in': FAILED: ", "wanted a folder that is there");
  }
}
