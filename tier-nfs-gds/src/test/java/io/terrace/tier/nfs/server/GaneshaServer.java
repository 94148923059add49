/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.server;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.tier.nfs.io.Posix;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * NFS-Ganesha, a server of NFS version 3 in user space, on the loopback address and over one folder
 * of this machine. It has a process and a mount namespace of its own (unshare(1)), and its rpcbind
 * a network of its own: neither sees nor disturbs what else runs here, and all of it ends with its
 * first process, which ends when this one does, however that is.
 */
public final class GaneshaServer implements AutoCloseable {
  private static final List<String> PROGRAMS = List.of("unshare", "rpcbind", "ganesha.nfsd");
  private static final Path MODULE = Path.of("ganesha", "libfsalvfs.so");
  private static final String READY = "NFS SERVER INITIALIZED";
  private static final long START_SECONDS = 20;
  private static final long STOP_SECONDS = 10;
  private static final long POLL_MILLIS = 20;
  private static final long LAST_LINES = 40;

  /** Arguments: configuration, log. Lasts as long as its input; what it started ends with it. */
  private static final String SCRIPT =
      """
      set -e
      mount -t tmpfs tmpfs /run
      unshare --net rpcbind -f &
      tries=0
      until [ -S /run/rpcbind.sock ]; do
        tries=$((tries + 1))
        [ $tries -lt 100 ]
        sleep 0.1
      done
      ganesha.nfsd -F -f "$1" -p /run/ganesha.pid -L "$2" &
      server=$!
      read -r end || true
      kill -TERM $server
      (sleep 5; kill -KILL $server) &
      wait $server
      """;

  /** Nothing is remembered of the folder: a test changes it behind the server's back. */
  private static final String CONFIGURATION =
      """
      NFS_CORE_PARAM {
        Protocols = 3; Bind_addr = 127.0.0.1; NFS_Port = %d; MNT_Port = %d;
        Enable_UDP = false; Enable_NLM = false; Enable_RQUOTA = false;
        mount_path_pseudo = true; fsid_device = true;
      }
      NFSv4 { Graceless = true; RecoveryBackend = "fs"; RecoveryRoot = "%s"; }
      MDCACHE { Dir_Chunk = 0; }
      EXPORT {
        Export_Id = 1; Path = "%s"; Pseudo = %s; Protocols = 3; SecType = sys;
        Access_Type = RW; Squash = No_Root_Squash; Attr_Expiration_Time = 0;
        MaxRead = 1048576; MaxWrite = 1048576;
        FSAL { Name = VFS; }
      }
      LOG { Default_Log_Level = EVENT; }
      """;

  /** The name that the folder is mounted by. */
  private static final String EXPORT = "/kv";

  private final Process process;
  private final int nfsPort;
  private final int mountPort;

  private GaneshaServer(Process process, int nfsPort, int mountPort) {
    this.process = process;
    this.nfsPort = nfsPort;
    this.mountPort = mountPort;
  }

  /** Skips the test where server or client are not installed, or namespaces are not allowed. */
  public static void require() throws IOException, InterruptedException {
    assumeTrue(Posix.absence().isEmpty(), () -> "skipped: " + Posix.absence());
    List<String> missing = new ArrayList<>();
    for (String program : PROGRAMS) {
      if (!isInstalled(program)) {
        missing.add(program);
      }
    }
    if (!isModuleInstalled()) {
      missing.add(MODULE + " (nfs-ganesha-vfs)");
    }
    if (!NfsClient.isInstalled()) {
      missing.add(LibNfs.NAME);
    }
    assumeTrue(
        missing.isEmpty(),
        () -> "skipped: not installed, or not on the PATH: " + String.join(", ", missing));
    Process trial =
        new ProcessBuilder("unshare", "--mount", "--pid", "--fork", "--net", "true")
            .redirectErrorStream(true)
            .start();
    String said = new String(trial.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(trial.waitFor() == 0, () -> "skipped: namespaces are not allowed: " + said.strip());
  }

  private static boolean isInstalled(String program) {
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isModuleInstalled() throws IOException {
    if (Files.exists(Path.of("/usr/lib64").resolve(MODULE))) {
      return true;
    }
    try (DirectoryStream<Path> architectures = Files.newDirectoryStream(Path.of("/usr/lib"))) {
      for (Path each : architectures) {
        if (Files.exists(each.resolve(MODULE))) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Starts a server, and waits until it answers.
   *
   * @param exported the folder that it shows
   * @param work an empty folder for its configuration, state and log
   * @throws IOException with the end of its log if it does not start
   */
  public static GaneshaServer start(Path exported, Path work)
      throws IOException, InterruptedException {
    try (SocketChannel nfs = boundSocket();
        SocketChannel mount = boundSocket()) {
      return start(exported, work, port(nfs), port(mount));
    }
  }

  /** Whose port nobody else gets who asks for any, and a server that names it can take. */
  private static SocketChannel boundSocket() throws IOException {
    return SocketChannel.open()
        .setOption(StandardSocketOptions.SO_REUSEADDR, true)
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static int port(SocketChannel bound) throws IOException {
    return ((InetSocketAddress) bound.getLocalAddress()).getPort();
  }

  private static GaneshaServer start(Path exported, Path work, int nfsPort, int mountPort)
      throws IOException, InterruptedException {
    String text = CONFIGURATION.formatted(nfsPort, mountPort, work, exported, EXPORT);
    Path configuration = Files.writeString(work.resolve("ganesha.conf"), text);
    Path log = work.resolve("ganesha.log");
    List<String> command = new ArrayList<>();
    command.addAll(List.of("unshare", "--mount", "--pid", "--fork", "--kill-child"));
    command.addAll(List.of("sh", "-c", SCRIPT, "sh", configuration.toString(), log.toString()));
    Path said = work.resolve("said.log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(said.toFile()))
            .start();
    GaneshaServer server = new GaneshaServer(process, nfsPort, mountPort);
    try {
      server.awaitStart(log);
      server.mount().close();
      return server;
    } catch (IOException e) {
      String logs = end(said) + end(log);
      server.close();
      throw new IOException(e.getMessage() + logs, e);
    }
  }

  private void awaitStart(Path log) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!Files.exists(log) || !Files.readString(log).contains(READY)) {
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new IOException("ganesha.nfsd did not start");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** The last lines of a file, each behind a line break. */
  private static String end(Path file) throws IOException {
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    return lines.stream()
        .skip(Math.max(0, lines.size() - LAST_LINES))
        .map("\n"::concat)
        .collect(joining());
  }

  /** A new client of the server. */
  public NfsClient mount() throws IOException {
    return NfsClient.mount(EXPORT, nfsPort, mountPort);
  }

  /** Asks the server to end, and kills it when it does not. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close(); // what the script reads
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(); // and with it all others of its namespace
        throw new IOException("the server did not end by itself");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the server ends", e);
    }
  }
}
