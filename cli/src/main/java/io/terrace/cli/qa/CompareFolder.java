/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a comparison keeps what it has, so that it goes on where it was stopped: a file for each
 * run that is over, and the parameters that all of them have in common.
 */
public final class CompareFolder {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String PARAMETERS = "parameters.json";
  private static final String RUNS = "runs";

  private final Path folder;

  private CompareFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens a folder, which is made if it is not there.
   *
   * @param parameters by the names of options; all that a figure hangs on but set-up and history
   * @param restart whether the runs of an earlier comparison are deleted
   * @throws IOException if it cannot be used, or holds runs with other parameters
   */
  public static CompareFolder open(Path folder, Map<String, String> parameters, boolean restart)
      throws IOException {
    Files.createDirectories(folder.resolve(RUNS));
    CompareFolder opened = new CompareFolder(folder);
    if (restart) {
      opened.clear();
    }
    Path file = folder.resolve(PARAMETERS);
    if (Files.exists(file)) {
      requireSame(read(file, new TypeReference<LinkedHashMap<String, String>>() {}), parameters);
    } else {
      opened.replace(file, JSON.writeValueAsString(parameters));
    }
    return opened;
  }

  private static void requireSame(Map<String, String> kept, Map<String, String> wanted)
      throws IOException {
    TreeSet<String> names = new TreeSet<>(kept.keySet());
    names.addAll(wanted.keySet());
    for (String name : names) {
      String before = kept.get(name);
      String now = wanted.get(name);
      if (!Objects.equals(before, now)) {
        throw new IOException(
            "it holds a comparison with "
                + described(name, before)
                + ", and this one has "
                + described(name, now)
                + "; give the same, another folder, or --restart to delete what it holds");
      }
    }
  }

  private static String described(String name, @Nullable String value) {
    return value == null ? "no " + name : name + "=" + value;
  }

  /** The folder itself. */
  Path path() {
    return folder;
  }

  /** The run that is over; null where there is none. */
  @Nullable CompareRun find(CompareSetUp setUp, int history) throws IOException {
    Path file = file(setUp, history, "json");
    return Files.exists(file) ? read(file, new TypeReference<CompareRun>() {}) : null;
  }

  /** Keeps a run that is over, and its requests as CSV. */
  void keep(CompareSetUp setUp, CompareRun run, QaOutcome outcome) throws IOException {
    outcome.write(file(setUp, run.row().history(), "csv"));
    replace(file(setUp, run.row().history(), "json"), JSON.writeValueAsString(run));
  }

  /** Writes a file of the result. */
  void write(String name, String content) throws IOException {
    replace(folder.resolve(name), content);
  }

  private Path file(CompareSetUp setUp, int history, String ending) {
    return folder.resolve(RUNS).resolve(setUp.word() + "-" + history + "." + ending);
  }

  /** Whoever is interrupted leaves the old file, or the new one. */
  private void replace(Path file, String content) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(beside, content + "\n");
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static <T> T read(Path file, TypeReference<T> type) throws IOException {
    try {
      return JSON.readValue(file.toFile(), type);
    } catch (IOException e) {
      throw new IOException(file + " cannot be read (--restart deletes it): " + e.getMessage(), e);
    }
  }

  private void clear() throws IOException {
    List<Path> files;
    try (Stream<Path> runs = Files.list(folder.resolve(RUNS))) {
      files = runs.toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.deleteIfExists(folder.resolve(PARAMETERS));
  }
}
