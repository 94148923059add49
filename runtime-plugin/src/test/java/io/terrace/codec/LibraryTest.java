/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.format.Encoding;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native libraries lie in the folder beside the agent's jar. */
final class LibraryTest {
  @TempDir private Path folder;
  private Path agent;

  /** Encodes and decodes, or says why not; and where the library came from. */
  static final class Program {
    public static void main(String[] args) throws Exception {
      for (Encoding encoding : new Encoding[] {Encoding.ZSTD, Encoding.LZ4}) {
        try (Codec codec = Codecs.open(encoding, 1)) {
          MemorySegment raw = Arena.global().allocate(4096);
          MemorySegment target = Arena.global().allocate(4096);
          MemorySegment back = Arena.global().allocate(4096).fill((byte) 1);
          long bytes = codec.encode(raw, 4, target);
          codec.decode(target.asSlice(0, bytes), 4, back);
          String loader = codec.getClass().getClassLoader().getName();
          System.out.println(encoding + " " + (raw.mismatch(back) == -1) + " in " + loader);
        } catch (MissingLibraryException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  @BeforeEach
  void packAgent() throws IOException, URISyntaxException {
    agent = folder.resolve("terrace-agent.jar");
    pack(agent, true);
  }

  private static void pack(Path file, boolean isAgent) throws IOException, URISyntaxException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (isAgent) {
      manifest.getMainAttributes().putValue("Premain-Class", "io.terrace.agent.TerraceAgent");
    }
    try (ZipOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      for (Class<?> type : new Class<?>[] {Codec.class, ChunkKey.class, Program.class}) {
        addClasses(jar, location(type));
      }
    }
  }

  /** A folder of classes, or a jar. */
  private static void addClasses(ZipOutputStream jar, Path location) throws IOException {
    if (Files.isRegularFile(location)) {
      try (FileSystem zip = FileSystems.newFileSystem(location)) {
        addClasses(jar, zip.getPath("/"));
      }
      return;
    }
    try (Stream<Path> files = Files.walk(location)) {
      for (Path file : files.filter(f -> isOurs(location.relativize(f).toString())).toList()) {
        jar.putNextEntry(new ZipEntry(location.relativize(file).toString()));
        Files.copy(file, (OutputStream) jar);
      }
    }
  }

  private static boolean isOurs(String name) {
    return Stream.of("codec", "install", "spi").anyMatch(p -> name.startsWith("io/terrace/" + p))
        && name.endsWith(".class")
        && !name.endsWith("package-info.class");
  }

  private static Path location(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static Path library(String className) throws Exception {
    return location(Class.forName(className));
  }

  private static Path zstd() throws Exception {
    return library("com.github.luben.zstd.Zstd");
  }

  private static Path lz4() throws Exception {
    return library("net.jpountz.lz4.LZ4Factory");
  }

  private void install(Path library) throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Files.copy(library, lib.resolve(library.getFileName()));
  }

  @Test
  void aLibraryBesideTheAgentIsLoadedByALoaderOfItsOwn() throws Exception {
    install(zstd());
    install(lz4());
    assertThat(run(agent)).contains("ZSTD true in terrace-lib", "LZ4 true in terrace-lib");
  }

  @Test
  void aLibraryThatIsNotThereIsNamedWithItsPlace() throws Exception {
    install(lz4());
    assertThat(run(agent))
        .contains(
            "encoding zstd needs lib/zstd-jni-….jar beside " + agent + ": ",
            "LZ4 true in terrace-lib");
  }

  @Test
  void aLibraryOnTheClassPathDoesWhereNoneIsInstalled() throws Exception {
    Path classes = folder.resolve("classes.jar"); // as in a test, or an IDE
    pack(classes, false);
    assertThat(run(classes, zstd(), lz4())).contains("ZSTD true in app", "LZ4 true in app");
  }

  @Test
  void theApplicationsCopyIsNotMet() throws Exception {
    install(zstd());
    install(lz4());
    Path broken = folder.resolve("application.jar");
    try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(broken))) {
      for (String name :
          new String[] {
            "com/github/luben/zstd/Zstd.class",
            "com/github/luben/zstd/ZstdCompressCtx.class",
            "net/jpountz/lz4/LZ4Factory.class",
            "net/jpountz/util/linux/amd64/liblz4-java.so"
          }) {
        jar.putNextEntry(new ZipEntry(name));
        jar.write("not a class".getBytes(UTF_8));
      }
    }
    assertThat(run(broken, agent)).contains("ZSTD true in terrace-lib", "LZ4 true in terrace-lib");
  }

  private static String run(Path... classPath) throws Exception {
    List<String> entries = new ArrayList<>();
    Stream.of(classPath).map(Path::toString).forEach(entries::add);
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dstdout.encoding=UTF-8",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            String.join(File.pathSeparator, entries),
            Program.class.getName());
    Process process = java.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
