/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.Chat;
import io.terrace.sample.Geometry;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A pass that is broken off half-way leaves nothing behind that an answer could be made of. */
@Tag("processes")
final class BrokenOffPassTest {
  private static final int QUESTIONS = 4;

  static Stream<Arguments> geometries() {
    return Stream.of(
        Arguments.of("grouped queries", Geometry.tiny()),
        Arguments.of("full heads", Geometry.tinyFullHeads()),
        Arguments.of("experts", Geometry.tinyExperts()),
        Arguments.of("soft caps, more norms", Geometry.tinySoftCaps()),
        Arguments.of("uneven rows", Geometry.tinyUnevenRows()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("geometries")
  void answersAreThoseWithoutIt(String name, Geometry geometry, @TempDir Path folder)
      throws Exception {
    Path model = Models.write(folder, geometry);
    List<String> answers = chat(false).run(model, QUESTIONS).lines("answer");
    assertThat(answers).hasSize(2 * QUESTIONS);
    Result run = chat(true).run(model, QUESTIONS);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.lines("answer")).as("%s", run).isEqualTo(answers);
    assertThat(run.warnings()).as("%s", run).isEmpty();
    assertThat(run.line("failures")).isEqualTo("0");
    assertThat(run.line("inUse")).isEqualTo("0");
    assertThat(Long.parseLong(run.line("reused"))).isPositive();
    assertThat(run.line("brokenOff")).as("%s", run).isEqualTo(String.valueOf(2 * QUESTIONS));
  }

  private static ChildJvm chat(boolean breaksOff) {
    return ChildJvm.of(Chat.class)
        .agent()
        .property("terrace.debug.checkPages", "true")
        .property("terrace.debug.breakOffPasses", String.valueOf(breaksOff));
  }
}
