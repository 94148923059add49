/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tjake.jlama.tensor.KvBufferCache.KvBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * With attention on a device Jlama answers as on the host, within the rounding of sums, and as
 * without reuse to the last bit; what is copied is what the design says.
 */
@Tag("processes")
final class DeviceTest {
  private static final int CHUNK = Operations.CHUNK;
  private static final int LENGTH = 2 * CHUNK + CHUNK / 3;

  @SuppressWarnings("NullAway.Init")
  private static Child device;

  @SuppressWarnings("NullAway.Init")
  private static Child withoutReuse;

  @SuppressWarnings("NullAway.Init")
  private static Child host;

  @BeforeAll
  static void start() {
    device = DeviceDriver.start("");
    withoutReuse = DeviceDriver.start("", "terrace.reuse=false");
    host = Child.start();
  }

  @AfterAll
  static void end() throws InterruptedException {
    long failures = device.call(models -> Figures.get("Failures"));
    assertThat(failures).isZero();
    long leftBy = device.call(models -> Figures.device("leftBy"));
    assertThat(leftBy).isZero();
    assertThat(device.end())
        .anyMatch(line -> line.contains("INFO attention may be computed on"))
        .noneMatch(line -> line.contains("WARN") && line.startsWith("[terrace]"));
    withoutReuse.close();
    host.close();
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "GROUPED_QUERIES",
        "FULL_HEADS_F32_WEIGHTS",
        "EXPERTS_BF16_WEIGHTS",
        "BIASES",
        "SOFT_CAPS",
        "WIDE_I8"
      })
  void answersAreThoseOfTheHostAndOfNoReuse(Kind kind) {
    int[] known = Prompts.tokens(1, LENGTH);
    Pass cold = device.call(models -> models.get(kind).pass(known));
    assertThat(cold).isEqualTo(withoutReuse.call(models -> models.get(kind).pass(known)));
    IntStream.of(2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, LENGTH)
        .forEach(cut -> compareAt(cut, known, kind));

    float[] onDevice = device.call(models -> models.get(kind).logits(known));
    float[] onHost = host.call(models -> models.get(kind).logits(known));
    double largest =
        IntStream.range(0, onHost.length).mapToDouble(i -> Math.abs(onHost[i])).max().orElseThrow();
    assertThat(
            IntStream.range(0, onHost.length)
                .mapToDouble(i -> Math.abs(onHost[i] - onDevice[i]))
                .max()
                .orElseThrow())
        .isLessThan(tolerance(kind) * largest);
    List<Integer> answer = device.call(models -> models.get(kind).greedy(known, 12));
    assertThat(answer).isEqualTo(host.call(models -> models.get(kind).greedy(known, 12)));
  }

  /**
   * Of the largest logit. Sums are added up in another order; where Jlama rounds what it multiplies
   * with weights, the last bit of a sum may decide over the last of few.
   */
  private static double tolerance(Kind kind) {
    return switch (kind.quantisation()) {
      case I8 -> 2e-2;
      case BF16 -> 2e-3;
      default -> 1e-5;
    };
  }

  private static void compareAt(int cut, int[] known, Kind kind) {
    int[] prompt = Prompts.branch(known, cut, 7, cut);
    String what = kind + ", " + cut + " of " + prompt.length + " tokens reused";
    Pass got = device.call(models -> models.get(kind).pass(prompt));
    long reused = device.call(models -> Figures.get("LastReusedTokens"));
    assertThat(reused).as(what).isEqualTo(cut);
    assertThat(got).as(what).isEqualTo(withoutReuse.call(models -> models.get(kind).pass(prompt)));
  }

  @Test
  void nothingIsCopiedThatTheDesignDoesNotName() {
    DeviceDriver.requireStandIn();
    List<String> wrong = device.call(DeviceTest::unexpectedCopies);
    assertThat(wrong).isEmpty();
  }

  /** In the child. */
  private static List<String> unexpectedCopies(ChildModels models) {
    Kind kind = Kind.GROUPED_QUERIES_F32_WEIGHTS; // its pages are this test's alone
    TestModel model = models.get(kind);
    List<String> wrong = new ArrayList<>();
    int[] prompt = Prompts.tokens(71, 2 * CHUNK);
    long layers = kind.geometry().layers();
    long row = 4L * kind.geometry().kvHeads() * kind.geometry().headSize();
    long query = 4L * kind.geometry().heads() * kind.geometry().headSize();
    long page = 2 * layers * row * CHUNK;
    UUID session = UUID.randomUUID();
    try (KvBuffer buffer = model.buffer(session)) {
      Copies before = Copies.now();
      model.pass(prompt, 0, buffer); // two batches; and brings all to the host, to look at it
      long tables = (16 + 16) * layers; // addresses of one page, and of two, in units of 16 bytes
      new Copies(
              2 * layers,
              2 * layers + 2, // results, and the two pages
              0,
              4 * layers,
              tables + layers * 2L * CHUNK * (query + 2 * row),
              layers * 2L * CHUNK * query + 2 * page)
          .compare("prompt", before, wrong);
      before = Copies.now();
      model.model().forward(7, prompt.length, buffer, Optional.empty()).close();
      new Copies(layers, layers, 0, 2 * layers, layers * (32 + query + 2 * row), layers * query)
          .compare("token", before, wrong);
    }
    try (KvBuffer buffer = model.buffer(UUID.randomUUID())) {
      Copies before = Copies.now();
      model.model().batchForward(prompt, 0, buffer).close();
      model.bringToHost(buffer);
      new Copies(
              layers, // the first page is there
              layers,
              layers + 1, // the last position is computed in a copy of its page, and comes back
              2 * layers,
              layers * (16 + query + 2 * row) + 2 * layers * row * (CHUNK - 1),
              layers * query + 2 * layers * row)
          .compare("hit", before, wrong);
    }
    return wrong;
  }

  /** Calls and bytes. */
  private record Copies(
      long up, long down, long ofRows, long launches, long bytesUp, long bytesDown) {
    static Copies now() {
      return new Copies(
          DeviceDriver.count("cuMemcpyHtoDAsync_v2"),
          DeviceDriver.count("cuMemcpyDtoHAsync_v2"),
          DeviceDriver.count("cuMemcpy2DAsync_v2"),
          DeviceDriver.count("launches"),
          DeviceDriver.count("bytes to device"),
          DeviceDriver.count("bytes to host"));
    }

    void compare(String what, Copies before, List<String> wrong) {
      Copies now = now();
      Copies made =
          new Copies(
              now.up - before.up,
              now.down - before.down,
              now.ofRows - before.ofRows,
              now.launches - before.launches,
              now.bytesUp - before.bytesUp,
              now.bytesDown - before.bytesDown);
      if (!made.equals(this)) {
        wrong.add(what + ": wanted " + this + ", got " + made);
      }
    }
  }
}
