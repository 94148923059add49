/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Page;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In checked mode the operating system itself refuses writes to what others may read. */
final class SealedPageTest {
  @TempDir Path folder;

  @Test
  void aWriteToASealedPageEndsTheProcess() throws Exception {
    Result result = child("seal");
    assertThat(result.exit()).isNotZero();
    assertThat(result.output()).contains("SIGSEGV").doesNotContain(SealedPageMain.ALIVE);
  }

  @Test
  void aWriteBeforeThatIsAllowed() throws Exception {
    Result result = child();
    assertThat(result.output()).contains(SealedPageMain.ALIVE);
    assertThat(result.exit()).isZero();
  }

  record Result(int exit, String output) {}

  private Result child(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Xmx64m");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:ErrorFile=" + folder.resolve("crash.log"));
    command.add("-cp");
    command.add(classPath());
    command.add(SealedPageMain.class.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the child did not end: " + output);
    }
    return new Result(process.exitValue(), output);
  }

  private static String classPath() {
    return Stream.of(PagePool.class, Page.class, SealedPageMain.class)
        .map(SealedPageTest::location)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
