/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Ceph cluster of one: a monitor, a disk that is a file, and the gateway that speaks S3, from
 * what the system has installed (Debian: ceph-mon, ceph-osd, ceph-common, radosgw). It takes the
 * keys of {@link S3ProxyServer}, and those of {@link #GUEST}, who may do nothing.
 */
final class CephServer {
  /** A user, and its keys. */
  static final String GUEST = "guest";

  private static final List<String> PROGRAMS =
      List.of(
          "ceph",
          "ceph-authtool",
          "ceph-mon",
          "ceph-osd",
          "monmaptool",
          "radosgw",
          "radosgw-admin");
  private static final Duration START = Duration.ofMinutes(2);
  private static final long END_SECONDS = 2;

  private static @Nullable CephServer running;

  private final Path folder;
  private final String config;
  private final List<Process> processes = new ArrayList<>();
  private final HeldPort gatewayPort = new HeldPort();
  private final HeldPort monitorPort = new HeldPort();
  private final URI endpoint;

  private CephServer() throws IOException {
    folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "ceph");
    config = folder.resolve("ceph.conf").toString();
    endpoint = URI.create("http://127.0.0.1:" + gatewayPort.number());
  }

  /** Its address; started at the first call, and there until the process ends. */
  static synchronized URI endpoint() throws IOException, InterruptedException {
    List<String> missing = PROGRAMS.stream().filter(each -> !isInstalled(each)).toList();
    if (!missing.isEmpty()) {
      abort("Ceph is not installed: " + missing + " are not on the path");
    }
    CephServer server = running;
    if (server == null) {
      server = new CephServer();
      Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
      running = server;
      server.start();
    }
    return server.endpoint;
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
  }

  private void start() throws IOException, InterruptedException {
    String cluster = UUID.randomUUID().toString();
    for (String each : List.of("mon", "osd", "rgw")) {
      Files.createDirectory(folder.resolve(each));
    }
    Files.writeString(Path.of(config), configuration(cluster));
    makeKeys();
    String map = folder.resolve("monmap").toString();
    String address = "[v2:127.0.0.1:" + monitorPort.number() + "]";
    run("monmaptool", "--create", "--addv", "a", address, "--fsid", cluster, map);
    run("ceph-mon", "-c", config, "--mkfs", "-i", "a", "--monmap", map, "--keyring", keys());
    begin("ceph-mon", "-i", "a");
    String disk = UUID.randomUUID().toString();
    run("ceph", "-c", config, "--connect-timeout", "60", "osd", "new", disk, "0");
    run("ceph-osd", "-c", config, "-i", "0", "--mkfs", "--osd-uuid", disk);
    begin("ceph-osd", "-i", "0");
    begin("radosgw", "-n", "client.rgw.test");
    makeUser("test", S3ProxyServer.ACCESS_KEY, S3ProxyServer.SECRET_KEY);
    makeUser(GUEST, GUEST, GUEST);
    await();
  }

  private String configuration(String cluster) {
    return """
    [global]
    fsid = %s
    mon host = v2:127.0.0.1:%d
    public network = 127.0.0.0/8
    cluster network = 127.0.0.0/8
    ms bind msgr1 = false
    auth cluster required = cephx
    auth service required = cephx
    auth client required = cephx
    osd pool default size = 1
    osd pool default min size = 1
    osd pool default pg num = 8
    osd pool default pg autoscale mode = off
    osd crush chooseleaf type = 0
    osd objectstore = bluestore
    bluestore block size = 4294967296
    mon data = %3$s/mon
    osd data = %3$s/osd
    keyring = %3$s/keyring
    run dir = %3$s
    admin socket =
    log file = %3$s/$name.log
    [client.rgw.test]
    rgw frontends = beast endpoint=127.0.0.1:%4$d
    rgw data = %3$s/rgw
    """
        .formatted(cluster, monitorPort.number(), folder, gatewayPort.number());
  }

  private String keys() {
    return folder.resolve("keyring").toString();
  }

  private void makeKeys() throws IOException, InterruptedException {
    String tool = "ceph-authtool";
    run(tool, "--create-keyring", keys(), "--gen-key", "-n", "mon.", "--cap", "mon", "allow *");
    makeKey("client.admin", "mon", "allow *", "osd", "allow *", "mgr", "allow *");
    makeKey("client.rgw.test", "mon", "allow rw", "osd", "allow rwx");
    makeKey("osd.0", "mon", "allow profile osd", "osd", "allow *");
  }

  private void makeKey(String name, String... rights) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("ceph-authtool", keys(), "--gen-key", "-n", name));
    for (int i = 0; i < rights.length; i += 2) {
      command.addAll(List.of("--cap", rights[i], rights[i + 1]));
    }
    run(command.toArray(String[]::new));
  }

  private void makeUser(String name, String accessKey, String secretKey)
      throws IOException, InterruptedException {
    run(
        "radosgw-admin",
        "-c",
        config,
        "user",
        "create",
        "--uid=" + name,
        "--display-name=" + name,
        "--access-key=" + accessKey,
        "--secret-key=" + secretKey);
  }

  private void run(String... command) throws IOException, InterruptedException {
    Path out = folder.resolve("out.log");
    Process process = started(out, command);
    boolean ended = process.waitFor(START.toSeconds(), TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    if (!ended || process.exitValue() != 0) {
      throw new IOException(Arrays.toString(command) + " fails: " + Files.readString(out));
    }
  }

  /** A program that goes on. */
  private void begin(String program, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(program, "-c", config, "-f"));
    command.addAll(Arrays.asList(options));
    processes.add(started(folder.resolve(program + ".out"), command.toArray(String[]::new)));
  }

  private static Process started(Path out, String... command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.to(out.toFile()))
        .start();
  }

  private void await() throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (!answers()) {
      if (System.nanoTime() > end) {
        throw new IOException("radosgw does not answer; its log is in " + folder);
      }
      Thread.sleep(100);
    }
  }

  private boolean answers() {
    try {
      HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection();
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }

  /** The gateway heeds no request to end for long. */
  private void stop() {
    processes.forEach(Process::destroy);
    try {
      for (Process each : processes.reversed()) {
        if (!each.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
          each.destroyForcibly().waitFor();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      return; // it lies in the folder of the build
    }
  }
}
