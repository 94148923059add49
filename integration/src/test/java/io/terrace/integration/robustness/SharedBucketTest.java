/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.BucketUser;
import io.terrace.integration.robustness.program.SystemPrompt;
import io.terrace.sample.Geometry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Users in processes of their own, an unmodified Jlama in each, and one bucket. */
@Tag("processes")
@Execution(ExecutionMode.SAME_THREAD) // one of its tests kills the server
final class SharedBucketTest {
  private static final int KILLED = 128 + 9;
  private static final int KEY_DIGITS = 64;

  @TempDir private static Path folder = Path.of("");
  private static Path model = Path.of("");
  private static Home home = new Home(Path.of(""));
  private static Path buckets = Path.of("");
  private static BucketProcess bucket;
  private static List<String> alone = List.of();

  /** What A leaves in the bucket: lengths of objects by their names. */
  private static Map<String, Long> undisturbed = Map.of();

  @BeforeAll
  static void install() throws Exception {
    model = Models.write(folder, Geometry.tiny());
    home = Home.in(folder).withLibraries();
    installTier(home.tier("s3"));
    buckets = folder.resolve("buckets");
    bucket = BucketProcess.over(buckets);
    run("A"); // the model's files are digested once
    askAlone();
    bucket.empty();
    run("A");
    undisturbed = lengths();
    assertThat(undisturbed).hasSizeGreaterThan(2);
  }

  @AfterAll
  static void stop() {
    bucket.close();
  }

  @BeforeEach
  void empty() throws IOException {
    bucket.empty();
  }

  private static void installTier(Path place) throws IOException {
    Path build = Path.of(Objects.requireNonNull(System.getProperty("terrace.test.s3")));
    new Compiled(build.resolve("classes").normalize()).jar(place.resolve("terrace-tier-s3.jar"));
    try (Stream<Path> jars = Files.list(build.resolve("lib"))) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, place.resolve(jar.getFileName()));
      }
    }
  }

  /** The answers to A and B without reuse, by one process. */
  private static void askAlone() throws Exception {
    Result result =
        ChildJvm.of(SystemPrompt.class)
            .agent(home.agent())
            .property("terrace.reuse", "false")
            .run(model, "A", "4", "B", "4");
    assertThat(result.lines("reused")).as("%s", result).containsExactly("0", "0");
    alone = result.lines("answer");
  }

  /** Users, one after the other, in one process. */
  private static Result run(String... users) throws Exception {
    Result result = process(bucket.endpoint().toString()).run(arguments(users));
    assertThat(result.exit()).as("%s", result).isZero();
    return result;
  }

  private static ChildJvm process(String endpoint) {
    return ChildJvm.of(BucketUser.class)
        .agent(home.agent())
        .properties("terrace.stack", "cpu,s3", "terrace.chunkTokens", "64")
        .properties("terrace.cache.folder", folder.resolve("cache").toString())
        .properties(bucket.properties(endpoint));
  }

  private static Object[] arguments(String... users) {
    return Stream.concat(Stream.of(model), Stream.of(users)).toArray();
  }

  private static Result answered(Result result, String... users) {
    List<String> wanted =
        Stream.of(users).map(user -> alone.get(user.equals("A") ? 0 : 1)).toList();
    assertThat(result.lines("answer")).as("%s", result).isEqualTo(wanted);
    return result;
  }

  private static long figure(Result result, String name) {
    return result.lines("tier").stream()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no figure " + name + " in " + result));
  }

  @Test
  void aSystemPromptOfOneProcessIsReusedByAnotherUntilItIsDeletedBehindTheirBacks()
      throws Exception {
    Result first = answered(run("A"), "A");
    assertThat(first.line("reused")).as("%s", first).isIn("0", "1");
    assertThat(figure(first, "own.write.chunks")).as("%s", first).isPositive();
    assertThat(bucket.chunks()).isNotEmpty();

    Result second = answered(run("B"), "B");
    assertThat(second.line("reused")).as("%s", second).isEqualTo("232");
    assertThat(figure(second, "own.read.chunks")).as("%s", second).isPositive();

    bucket.empty();
    Result third = answered(run("B"), "B");
    assertThat(third.line("reused")).as("%s", third).isIn("0", "1");
    assertThat(figure(third, "own.read.chunks")).as("%s", third).isZero();
    assertThat(figure(third, "own.miss.absent")).as("%s", third).isPositive();
    for (Result each : List.of(first, second, third)) {
      assertThat(each.line("failed")).as("%s", each).isEqualTo("0");
      assertThat(each.warnings()).as("%s", each).isEmpty();
    }
  }

  /** The objects; a server's own file of one that was not sent to its end has a longer name. */
  private static Map<String, Long> lengths() throws IOException {
    Map<String, Long> lengths = new HashMap<>();
    for (Path chunk : bucket.chunks()) {
      String name = chunk.getFileName().toString();
      if (name.length() == KEY_DIGITS) {
        lengths.put(name, Files.size(chunk));
      }
    }
    return lengths;
  }

  /** Cuts the upload of a chunk that is not the first. */
  private static CutUpload cut(CutUpload.Middle middle) throws IOException {
    return new CutUpload(bucket.endpoint(), () -> !lengths().isEmpty(), middle);
  }

  /** Each object is there in whole or not at all, and the next process reuses what is there. */
  private static void expectWholeAndReused() throws Exception {
    Map<String, Long> left = lengths();
    assertThat(undisturbed).containsAllEntriesOf(left);
    assertThat(left).isNotEmpty().hasSizeLessThan(undisturbed.size());
    Result next = answered(run("B"), "B");
    assertThat(Integer.parseInt(next.line("reused"))).as("%s", next).isBetween(64, 231);
    assertThat(figure(next, "own.aside.chunks")).as("%s", next).isZero();
    assertThat(next.line("failed")).as("%s", next).isEqualTo("0");
    assertThat(next.warnings()).as("%s", next).isEmpty();
  }

  @Test
  void aServerThatIsKilledInTheMiddleOfAnUploadChangesNoAnswerAndKeepsNoPart() throws Exception {
    try (CutUpload cut = cut(bucket::close)) {
      Result result = process(cut.endpoint()).run(arguments("A", "B"));
      assertThat(result.exit()).as("%s", result).isZero();
      assertThat(cut.isDone()).as("%s", result).isTrue();
      assertThat(figure(answered(result, "A", "B"), "own.fail.connection")).isPositive();
      assertThat(result.warnings()).as("%s", result).isNotEmpty();
    }
    bucket = BucketProcess.over(buckets);
    expectWholeAndReused();
  }

  @Test
  void aProcessThatIsKilledInTheMiddleOfAnUploadLeavesNoPart() throws Exception {
    CompletableFuture<Process> user = new CompletableFuture<>();
    try (CutUpload cut = cut(() -> user.join().destroyForcibly().waitFor())) {
      Result result = process(cut.endpoint()).run(user::complete, arguments("A"));
      assertThat(cut.isDone()).as("%s", result).isTrue();
      assertThat(result.exit()).as("%s", result).isEqualTo(KILLED);
    }
    expectWholeAndReused();
  }
}
