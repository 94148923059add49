/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.install.AgentFolder;
import io.terrace.spi.Finding;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What {@code terrace doctor} finds out about the machine. */
final class MachineCheck {
  private static final String VECTORS = "jdk.incubator.vector";
  private static final Path HUGE_PAGES = Path.of("sys/kernel/mm/transparent_hugepage/enabled");
  private static final Path MEMORY = Path.of("proc/meminfo");

  private final Path root;

  /**
   * @param root where {@code /proc} and {@code /sys} are
   */
  MachineCheck(Path root) {
    this.root = root;
  }

  /** Everything that does not depend on a configuration. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.good(
            "JDK", Machine.jdk() + ", " + System.getProperty("java.home") + ", " + Machine.cpu()));
    findings.add(vectors(ModuleFinder.ofSystem().find(VECTORS).isPresent()));
    findings.add(nativeAccess(MachineCheck.class.getModule().isNativeAccessEnabled()));
    findings.add(agent(AgentFolder.ofThisProcess()));
    if (Files.exists(root.resolve(MEMORY))) { // Linux
      findings.add(hugePages());
    }
    return findings;
  }

  static Finding vectors(boolean there) {
    return there
        ? Finding.good("vectors", VECTORS + " is there; applications take --add-modules " + VECTORS)
        : Finding.bad(
            "vectors",
            "this JDK has no module " + VECTORS + ", without which Jlama does not start",
            "take a whole JDK: an image made by jlink needs --add-modules " + VECTORS);
  }

  static Finding nativeAccess(boolean enabled) {
    String flag = "--enable-native-access=ALL-UNNAMED";
    return enabled
        ? Finding.good("native access", "allowed here; applications take " + flag)
        : Finding.warning(
            "native access",
            "not allowed on this command line: the JVM warns now and will refuse one day",
            "start the command by the terrace script, and applications with " + flag);
  }

  static Finding agent(@Nullable AgentFolder folder) {
    if (folder == null) {
      return Finding.warning(
          "agent",
          "this command runs without the agent's jar, so that tiers/ and lib/ are not seen",
          "start it by the terrace script");
    }
    return Files.isDirectory(folder.lib())
        ? Finding.good("agent", folder.jar().toString())
        : Finding.warning(
            "agent",
            folder.jar() + " has no lib/ beside it: no zstd, no lz4",
            "unpack the whole distribution, or leave 'codec' at raw");
  }

  private Finding hugePages() {
    String subject = "huge pages";
    String setting = read(HUGE_PAGES);
    if (setting == null) {
      return Finding.warning(
          subject,
          "this kernel has no transparent huge pages: copies and reads into pages are slower",
          "");
    }
    return setting.contains("[never]")
        ? Finding.warning(
            subject,
            setting + ": reads into pages can take twice as long",
            "echo madvise > /" + HUGE_PAGES + " (as root)")
        : Finding.good(subject, setting);
  }

  /**
   * Whether the pages fit.
   *
   * @param poolBytes what they may take
   * @param totalBytes memory of the container or machine; 0 if unknown
   */
  Finding memory(long poolBytes, long totalBytes) {
    String text = Messages.size(poolBytes) + " for pages (pool.bytes)";
    if (totalBytes > 0) {
      text += " of " + Messages.size(totalBytes);
    }
    OptionalLong available = availableBytes();
    if (available.isPresent()) {
      text += ", of which " + Messages.size(available.getAsLong()) + " are free now";
    }
    if (totalBytes > 0 && poolBytes > totalBytes) {
      return Finding.bad(
          "memory", text + ": more than there is", "give pool.bytes a quarter of the memory");
    }
    return available.isPresent() && poolBytes > available.getAsLong()
        ? Finding.warning("memory", text, "lower pool.bytes, or stop what else takes memory here")
        : Finding.good("memory", text);
  }

  /** Of Linux, in {@code proc(5)}: what can be taken without swapping. */
  private OptionalLong availableBytes() {
    String all = read(MEMORY);
    return all == null
        ? OptionalLong.empty()
        : all.lines()
            .filter(line -> line.matches("MemAvailable: +[0-9]+ kB"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
            .findFirst();
  }

  private @Nullable String read(Path file) {
    try (Stream<String> lines = Files.lines(root.resolve(file))) {
      return String.join("\n", lines.toList()).strip();
    } catch (IOException e) {
      return null;
    }
  }
}
