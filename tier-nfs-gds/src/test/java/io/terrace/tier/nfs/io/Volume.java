/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.io;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder on a file system of a certain kind, for as long as a test class runs. */
public final class Volume implements AutoCloseable {
  private final Path root;
  private final Path folder;
  private final boolean mounted;

  private Volume(Path root, Path folder, boolean mounted) {
    this.root = root;
    this.folder = folder;
    this.mounted = mounted;
  }

  /** Where files may be made. */
  public Path folder() {
    return folder;
  }

  /** On whatever temporary files are on. */
  public static Volume temporary() throws IOException {
    Path root = Files.createTempDirectory("terrace-volume-");
    return new Volume(root, root, false);
  }

  /** On tmpfs; skips the test where there is none. */
  public static Volume tmpfs() throws IOException {
    Path shared = Path.of("/dev/shm");
    if (!Files.isWritable(shared)) {
      return abort("skipped: /dev/shm is not writable here");
    }
    Path root = Files.createTempDirectory(shared, "terrace-volume-");
    return new Volume(root, root, false);
  }

  /** On ext4 of its own, mounted over a loop device; skips the test without the right to do so. */
  public static Volume ext4(int megabytes) throws IOException, InterruptedException {
    Path root = Files.createTempDirectory("terrace-volume-");
    Path image = root.resolve("image");
    Path folder = Files.createDirectory(root.resolve("mounted"));
    run(root, "truncate", "-s", megabytes + "M", image.toString());
    run(root, "mkfs.ext4", "-q", "-F", image.toString());
    run(root, "mount", "-o", "loop", image.toString(), folder.toString());
    return new Volume(root, folder, true);
  }

  /** On ramfs, which knows no direct I/O; skips the test without the right to mount it. */
  public static Volume ramfs() throws IOException, InterruptedException {
    Path root = Files.createTempDirectory("terrace-volume-");
    Path folder = Files.createDirectory(root.resolve("mounted"));
    run(root, "mount", "-t", "ramfs", "ramfs", folder.toString());
    return new Volume(root, folder, true);
  }

  /** On tmpfs of its own; skips the test without the right to mount it. */
  public static Volume small(int megabytes) throws IOException, InterruptedException {
    Path root = Files.createTempDirectory("terrace-volume-");
    Path folder = Files.createDirectory(root.resolve("mounted"));
    run(root, "mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString());
    return new Volume(root, folder, true);
  }

  /** Another folder as it is, not to be written; skips the test without the right to mount. */
  public static Volume readOnly(Path other) throws IOException, InterruptedException {
    Path root = Files.createTempDirectory("terrace-volume-");
    Path folder = Files.createDirectory(root.resolve("mounted"));
    run(root, "mount", "--bind", "-o", "ro", other.toString(), folder.toString());
    return new Volume(root, folder, true);
  }

  /** On FUSE, by bindfs; skips the test where that is not installed or not allowed. */
  public static Volume fuse() throws IOException, InterruptedException {
    Path root = Files.createTempDirectory("terrace-volume-");
    Path behind = Files.createDirectory(root.resolve("behind"));
    Path folder = Files.createDirectory(root.resolve("mounted"));
    run(root, "bindfs", behind.toString(), folder.toString());
    return new Volume(root, folder, true);
  }

  /** Takes the file system away, and leaves the folder that it was mounted on. */
  public void takeAway() throws IOException {
    unmount();
  }

  /** The same, while files there are open. */
  public void takeAwayInUse() throws IOException {
    require("umount", "-l", folder.toString());
  }

  /** Lets every read of a file that must go to the device of {@link #ext4} fail: EIO. */
  public void breakDevice(Path file) throws IOException {
    Path image = root.resolve("image");
    require("sync", "-f", folder.toString());
    String device = said("losetup", "-j", image.toString()).split(":", -1)[0];
    require("truncate", "-s", "64K", image.toString());
    require("losetup", "-c", device);
    int descriptor = Posix.open(file, Posix.O_RDONLY, 0);
    try {
      Posix.dropCache(descriptor, file);
    } finally {
      Posix.close(descriptor, file);
    }
  }

  /** Ends the process behind {@link #fuse}, as a crash does. */
  public void killServer() throws IOException {
    List<ProcessHandle> servers =
        ProcessHandle.allProcesses()
            .filter(each -> each.info().commandLine().orElse("").endsWith(folder.toString()))
            .toList();
    if (servers.size() != 1) {
      throw new IOException("wanted one process for " + folder + ", found " + servers);
    }
    servers.getFirst().destroyForcibly();
    servers.getFirst().onExit().join();
  }

  /** Removes what {@link #takeAway} left. */
  public void remove() throws IOException {
    remove(root);
  }

  /** Unmounts and removes all of it. */
  @Override
  public void close() throws IOException {
    if (mounted) {
      unmount();
    }
    remove(root);
  }

  private void unmount() throws IOException {
    require("umount", folder.toString());
  }

  private static void require(String... command) throws IOException {
    said(command);
  }

  /** What a command says that must succeed. */
  private static String said(String... command) throws IOException {
    try {
      Ended ended = ended(List.of(command));
      if (ended.status() != 0) {
        throw new IOException(String.join(" ", command) + ": " + ended);
      }
      return ended.said();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in " + String.join(" ", command), e);
    }
  }

  private static void run(Path root, String... command) throws IOException, InterruptedException {
    String said;
    try {
      Ended ended = ended(List.of(command));
      said = ended.status() == 0 ? "" : ended.toString();
    } catch (IOException e) {
      said = e.toString();
    }
    if (!said.isEmpty()) {
      remove(root);
      abort("skipped: " + String.join(" ", command) + " said: " + said);
    }
  }

  private record Ended(int status, String said) {
    @Override
    public String toString() {
      return "exit " + status + ": " + said;
    }
  }

  private static Ended ended(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said.strip());
  }

  private static void remove(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
