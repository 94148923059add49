/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The zip that users get, unpacked, on a machine with a JDK and without Maven. */
@Timeout(300)
final class DistributionIT {
  private static final Pattern JAR = Pattern.compile("(?m)^  (\\S+\\.jar): ");

  @TempDir private static Path shared = Path.of("");
  private static Path home = Path.of("");

  @BeforeAll
  static void unpack() throws IOException {
    Path zip = Path.of(requireNonNull(System.getProperty("terrace.test.distribution")));
    Map<String, Object> modes = Map.of("enablePosixFileAttributes", true);
    try (FileSystem content = FileSystems.newFileSystem(zip, modes);
        Stream<Path> files = Files.walk(content.getPath("/"))) {
      for (Path file : files.toList()) {
        Path target = shared.resolve("." + file);
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
          Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
          Files.setPosixFilePermissions(target, mode);
        }
      }
    }
    String name = String.valueOf(zip.getFileName()).replace(".zip", "");
    assertThat(names(shared)).as("one folder").containsExactly(name);
    home = shared.resolve(name);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void hasWhatTheDocumentsSayAndNothingElse() throws IOException {
    assertThat(names(home))
        .containsExactly(
            "LICENSE",
            "README.md",
            "THIRD-PARTY.txt",
            "bin",
            "cli",
            "demo",
            "docs",
            "lib",
            "serve",
            "terrace-agent.jar",
            "terrace.yaml",
            "tier-nfs-gds",
            "tier-s3",
            "tiers");
    assertThat(names(home.resolve("tiers"))).containsExactly("README.txt", "nfs", "s3");
    assertThat(names(home.resolve("tiers").resolve("nfs")))
        .hasSize(1)
        .allMatch(name -> name.startsWith("terrace-tier-nfs-gds-"));
    assertThat(names(home.resolve("tiers").resolve("s3")))
        .anyMatch(name -> name.startsWith("terrace-tier-s3-"))
        .noneMatch(name -> name.startsWith("terrace-spi-"));
    assertThat(home.resolve("README.md")).content().contains("(tier-nfs-gds/README.md#options)");
    assertThat(home.resolve("docs").resolve("configuration.md"))
        .content()
        .contains("(../tier-nfs-gds/README.md#options)");
    assertThat(home.resolve("tier-nfs-gds").resolve("README.md")).content().contains("## Options");
    assertThat(names(home.resolve("lib")))
        .hasSize(2)
        .anyMatch(name -> name.startsWith("zstd-jni-"))
        .anyMatch(name -> name.startsWith("lz4-java-"));
    Path script = home.resolve("bin").resolve("terrace");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(script)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void namesTheLicenceOfEveryJarThatIsNotOurs() throws IOException {
    List<String> packed = new ArrayList<>();
    for (String folder : List.of("lib", "cli", "demo", "serve", "tiers/s3")) {
      packed.addAll(names(home.resolve(folder)));
    }
    packed.removeIf(name -> name.startsWith("terrace-") || name.equals("README.md"));
    List<String> named = new ArrayList<>();
    Matcher jars = JAR.matcher(Files.readString(home.resolve("THIRD-PARTY.txt")));
    while (jars.find()) {
      named.add(jars.group(1));
    }
    assertThat(named)
        .as("cli/src/dist/THIRD-PARTY.txt")
        .containsExactlyInAnyOrderElementsOf(packed);
  }

  @Test
  void theCommandRunsWithoutMavenAndLoadsTheTierFromItsFolder() throws Exception {
    Path root = Files.createDirectory(shared.resolve("volume"));
    Run doctor = terrace("doctor", "--json", "--tier=nfs:" + root);
    assertThat(doctor.status()).as(doctor.text()).isZero();
    assertThat(doctor.text())
        .contains("\"text\" : \"cpu, nfs, s3\"", "from " + home.resolve("tiers").resolve("nfs"));
    Run version = terrace("--version");
    assertThat(version.status()).as(version.text()).isZero();
    assertThat(version.text()).startsWith("terrace ");
    Run gc = terrace("gc", "--tier=nfs:" + root);
    assertThat(gc.status()).as(gc.text()).isZero();
    assertThat(gc.text()).isEqualTo("nfs: nothing to remove\n");
    Path lmcache = Files.writeString(shared.resolve("lmcache.yaml"), "max_local_cpu_size: 2\n");
    Run imported = terrace("config", "import", lmcache.toString());
    assertThat(imported.status()).as(imported.text()).isZero();
    assertThat(imported.text()).contains("stack: [cpu]\n", "pool.bytes: 2GiB  # max_local_cpu");
  }

  @Test
  void theCommandMeasuresATinyModelAndASecondProcessReusesWhatTheFirstLeft() throws Exception {
    Path model =
        SampleModels.write(shared.resolve("tiny"), Geometry.tiny(), 7, ProgressListener.NONE);
    Path root = shared.resolve("kv");
    Path json = shared.resolve("figures.json");
    String[] demo = {
      "demo",
      "--model=" + model,
      "--prompt-tokens=300",
      "--answer-tokens=4",
      "--checked-questions=1",
      "--cache=" + shared.resolve("cache"),
      "--tier=nfs:" + root,
      "--json=" + json
    };
    Run first = terrace(demo);
    assertThat(first.status()).as(first.text()).isZero();
    assertThat(first.text()).contains("Jlama 0.8.4", " yes\n");
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    assertThat(figures.get("runs").get(0).get("coldReusedTokens").asLong()).isLessThanOrEqualTo(1);
    JsonNode second = figures.get("secondInstance").get(0);
    assertThat(second.get("reusedTokens").asLong()).as(first.text()).isGreaterThan(250);
    assertThat(second.get("identical").asBoolean()).isTrue();

    Run again = terrace(demo);
    assertThat(again.status()).as(again.text()).isZero();
    JsonNode run = new ObjectMapper().readTree(json.toFile()).get("runs").get(0);
    assertThat(run.get("coldReusedTokens").asLong()).as(again.text()).isGreaterThan(250);
  }

  @Test
  void theCommandServesAndNoServerOutlivesIt() throws Exception {
    Path model =
        SampleModels.write(shared.resolve("served"), Geometry.tiny(), 7, ProgressListener.NONE);
    for (boolean killed : List.of(false, true)) {
      Path work = Files.createTempDirectory(shared, "serve");
      ProcessBuilder builder =
          builder(work, "serve", "--model=" + model, "--port=0", "--set=chunkTokens=32");
      Process command = builder.redirectError(work.resolve("err").toFile()).start();
      try {
        String line = command.inputReader().readLine();
        Matcher ready =
            Pattern.compile("Listening on (\\S+)/v1 \\(model served\\)").matcher("" + line);
        assertThat(ready.matches()).as("%s; see %s", line, work.resolve("err")).isTrue();
        assertThat(ask(ready.group(1))).contains("\"finish_reason\":\"length\"");
        List<ProcessHandle> servers = command.children().toList();
        assertThat(servers).hasSize(1);
        if (killed) {
          command.destroyForcibly();
        } else {
          command.destroy();
        }
        servers.get(0).onExit().get(60, TimeUnit.SECONDS);
        assertThat(command.waitFor(60, TimeUnit.SECONDS)).isTrue();
      } finally {
        command.descendants().forEach(ProcessHandle::destroyForcibly);
        command.destroyForcibly();
      }
    }
  }

  private static String ask(String server) throws IOException, InterruptedException {
    String body = "{\"model\":\"served\",\"prompt\":\"the\",\"max_tokens\":3}";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server + "/v1/completions"))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private record Run(int status, String text) {}

  private static Run terrace(String... arguments) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory(shared, "work");
    Path out = work.resolve("out");
    Process process =
        builder(work, arguments).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertThat(process.waitFor(240, TimeUnit.SECONDS)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(work.resolve("asked")).doesNotExist();
    return new Run(process.exitValue(), Files.readString(out));
  }

  /** Through a link, from another folder, with a Maven that must not be asked. */
  private static ProcessBuilder builder(Path work, String... arguments) throws IOException {
    Path asked = work.resolve("asked");
    Path maven = work.resolve("mvn");
    Files.writeString(maven, "#!/bin/sh\ntouch '" + asked + "'\nexit 99\n");
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path link = work.resolve("link");
    Files.createSymbolicLink(link, home.resolve("bin").resolve("terrace"));
    List<String> command = new ArrayList<>(List.of(link.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("TERRACE_"));
    environment.put("TERRACE_JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", work + ":" + environment.get("PATH"));
    return builder;
  }
}
