/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.terrace.cli.Doctor.Section;
import io.terrace.config.ConfigLoader;
import io.terrace.config.ConfigSources;
import io.terrace.config.PluginConfig;
import io.terrace.spi.Finding;
import io.terrace.spi.Finding.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code terrace doctor} on tiers that are sound, broken and absent. */
final class DoctorTest {
  @TempDir private Path folder = Path.of("");

  private String config(String mode) throws IOException {
    String yaml =
        "stack: [cpu, stand-in]\ntiers:\n  stand-in:\n    root: '"
            + folder
            + "'\n    mode: "
            + mode
            + "\n";
    return "--config=" + Files.writeString(folder.resolve("terrace.yaml"), yaml);
  }

  /** Without line breaks, which depend on the lengths of paths. */
  private static String flat(CommandRun run) {
    return run.out().replaceAll("\\s+", " ");
  }

  @Test
  void aDeviceThatIsNotThereMattersWhereItIsAskedFor() throws IOException {
    Path file = folder.resolve("terrace.yaml");
    Files.writeString(file, "device: cuda\n");
    PluginConfig asked = config(file);
    Files.writeString(file, "device: auto\n");
    PluginConfig free = config(file);
    DeviceCheck check = new DeviceCheck(folder, "libcuda-that-is-not-there.so.1");
    assertThat(check.findings(asked).getLast())
        .returns(Level.WARNING, Finding::level)
        .extracting(Finding::text)
        .asString()
        .contains("libcuda-that-is-not-there.so.1 is not found", "computed on the host");
    assertThat(check.findings(free))
        .allMatch(finding -> finding.level() == Level.GOOD)
        .extracting(Finding::text)
        .contains("device: auto");
    assertThat(CommandRun.of("doctor", "--config=" + file).out()).contains("\ndevice\n");
  }

  private static PluginConfig config(Path file) {
    return ConfigLoader.load(ConfigSources.ofProcess(Map.of("terrace.config", file.toString())))
        .config();
  }

  @Test
  void aSoundTierIsOpenedAndExamined() throws IOException {
    CommandRun run = CommandRun.of("doctor", config("sound"));
    assertThat(run.status()).as(run.out()).isZero();
    assertThat(run.out())
        .contains("\nconfiguration\n", "\ntier cpu\n", "\ntier stand-in\n")
        .startsWith("machine\n");
    assertThat(flat(run))
        .contains("file " + folder.resolve("terrace.yaml") + " ok")
        .contains("(" + folder.resolve("terrace.yaml") + ":1)")
        .contains(
            "ok settings tiers.stand-in.root="
                + folder
                + " ("
                + folder.resolve("terrace.yaml")
                + ":4)")
        .contains("ok opened shared, durable; from ", "ok deadline true")
        .contains("ok installed tiers cpu, nfs, s3, stand-in");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slow|0|warn reading by channel -> allow O_DIRECT",
        "sick|1|ERROR writing refused -> chmod u+w the folder",
        "fails|1|ERROR examined the store does not answer",
        "breaks|1|ERROR broken the tier itself fails: java.lang.IllegalStateException: a fault of",
        "stuck|1|ERROR closed tier 'stand-in' was not closed",
      })
  void whatIsFoundIsShownWithWhatToDo(String mode, int status, String text) throws IOException {
    CommandRun run = CommandRun.of("doctor", config(mode));
    assertThat(run.status()).as(run.out()).isEqualTo(status);
    assertThat(flat(run)).contains(text);
  }

  @Test
  void aTierThatCannotBeOpenedIsAFinding() {
    Path absent = folder.resolve("absent");
    CommandRun run = CommandRun.of("doctor", "--tier=stand-in:" + absent, "--json");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains(
            "--tier=stand-in:" + absent + ": 'tiers.stand-in.root' is '" + absent + "', wanted a");
  }

  @Test
  void aTierWithoutItsFolderIsToldTheForm() {
    CommandRun run = CommandRun.of("doctor", "--tier=stand-in");
    assertThat(run.status()).isEqualTo(1);
    assertThat(flat(run))
        .contains("'tiers.stand-in.root' must be set")
        .contains("-> set it in terrace.yaml, or name the folder: --tier stand-in:DIR");
  }

  @Test
  void aTypeThatIsNotInstalledIsToldWithThoseThatAre() {
    CommandRun run = CommandRun.of("doctor", "--tier=s9");
    assertThat(run.status()).isEqualTo(1);
    assertThat(flat(run)).contains("and 's9' is not:", "[cpu, nfs, s3, stand-in]");
  }

  @Test
  void aTierThatHangsIsLeftBehind() {
    Duration patience = Duration.ofMillis(100);
    Doctor doctor = new Doctor(folder, () -> 0, patience);
    Map<String, String> keys =
        Map.of(
            "stack", "stand-in",
            "tiers.stand-in.root", folder.toString(),
            "tiers.stand-in.mode", "hangs");
    ConfigSources sources = new ConfigSources(Map.of(), Map.of(), folder, 1L << 30, 1L << 28);
    List<Section> sections = doctor.examine(() -> ConfigLoader.load(sources, keys, "--test"));
    Section tier = sections.getLast();
    assertThat(tier.findings())
        .extracting(Finding::subject)
        .containsExactly("settings", "opened", "answer");
    assertThat(tier.isBad()).isTrue();
  }

  @Test
  void aConfigurationThatCannotBeUsedIsAFinding() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.yaml"), "stack: cpu\npool.byte: 1GiB\n");
    CommandRun run = CommandRun.of("doctor", "--config=" + file);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).containsPattern("ERROR +settings").contains("pool.byte", "-> change it");
  }

  @Test
  void whatIsTurnedOffIsAWarning() throws IOException {
    Path file = Files.writeString(folder.resolve("off.yaml"), "enabled: false\nreuse: false\n");
    CommandRun run = CommandRun.of("doctor", "--config=" + file);
    assertThat(run.status()).isZero();
    assertThat(run.out()).containsPattern("warn +enabled").containsPattern("warn +reuse");
  }

  @Test
  void aSecretThatCannotBeReadIsAFindingAndIsNotShown() throws IOException {
    Path file = Files.writeString(folder.resolve("secret.yaml"), "keys.secret: hushhush\n");
    CommandRun run = CommandRun.of("doctor", "--config=" + file);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).containsPattern("ERROR +keys.secret").doesNotContain("hushhush");
  }

  @Test
  void jsonHoldsTheSame() throws IOException {
    JsonNode json =
        new ObjectMapper().readTree(CommandRun.of("doctor", config("sick"), "--json").out());
    assertThat(json.get("errors").asInt()).isEqualTo(1);
    JsonNode last = json.get("sections").get(4);
    assertThat(last.get("name").asText()).isEqualTo("tier stand-in");
    JsonNode finding = last.get("findings").get(2);
    assertThat(finding.get("level").asText()).isEqualTo("error");
    assertThat(finding.get("subject").asText()).isEqualTo("writing");
    assertThat(finding.get("advice").asText()).isEqualTo("chmod u+w the folder");
  }

  @Test
  void optionsThatCannotBeUsedAreExplained() {
    assertThat(CommandRun.of("doctor", "--config=" + folder.resolve("none")).err())
        .contains("--config=" + folder.resolve("none") + ": there is no such file");
    assertThat(CommandRun.of("doctor", "--config=" + folder).err()).contains("is no file");
    assertThat(CommandRun.of("doctor", "--tier=NFS:/x").err()).contains("'NFS' is no type");
    assertThat(CommandRun.of("doctor", "--tier=nfs:").err()).contains("no folder behind the colon");
    CommandRun both = CommandRun.of("doctor", "--tier=cpu", "--config=x");
    assertThat(both.status()).isEqualTo(2);
    assertThat(both.err()).contains("drop it or --config");
  }

  @Test
  void theMachineIsReadFromItsFiles() throws IOException {
    MachineCheck machine = new MachineCheck(folder);
    Path proc = Files.createDirectories(folder.resolve("proc"));
    Path sys = Files.createDirectories(folder.resolve("sys/kernel/mm/transparent_hugepage"));
    Files.writeString(proc.resolve("meminfo"), "MemTotal: 9 kB\nMemAvailable:    2097152 kB\n");
    assertThat(machine.findings()).filteredOn(f -> f.subject().equals("huge pages")).hasSize(1);
    Files.writeString(sys.resolve("enabled"), "always madvise [never]\n");
    assertThat(machine.findings())
        .contains(
            Finding.warning(
                "huge pages",
                "always madvise [never]: reads into pages can take twice as long",
                "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled (as root)"));
    assertThat(machine.memory(1L << 30, 4L << 30).level()).isEqualTo(Level.GOOD);
    assertThat(machine.memory(3L << 30, 4L << 30).level()).isEqualTo(Level.WARNING);
    assertThat(machine.memory(5L << 30, 4L << 30).level()).isEqualTo(Level.BAD);
    assertThat(machine.memory(1L << 30, 4L << 30).text())
        .isEqualTo("1.0 GiB for pages (pool.bytes) of 4.0 GiB, of which 2.0 GiB are free now");
  }

  @Test
  void whatAJdkLacksIsSaid() {
    assertThat(MachineCheck.vectors(false).level()).isEqualTo(Level.BAD);
    assertThat(MachineCheck.nativeAccess(false).level()).isEqualTo(Level.WARNING);
    assertThat(MachineCheck.agent(null).level()).isEqualTo(Level.WARNING);
  }
}
