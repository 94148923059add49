/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.ApiCalls;
import io.terrace.integration.robustness.program.OwnFirst;
import io.terrace.sample.Geometry;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application is answered, with the agent and without. */
@Tag("processes")
final class ApiTest {
  private static Path model = Path.of("");

  @BeforeAll
  static void prepare(@TempDir Path folder) throws Exception {
    model = Models.write(folder, Geometry.tiny());
  }

  private static Result run(ChildJvm jvm, Object... arguments) throws Exception {
    Result run = jvm.run(arguments);
    assertThat(run.exit()).as("%s", run).isZero();
    return run;
  }

  private static void assertAnswered(Result run) {
    assertThat(run.lines("active")).as("%s", run).containsExactly("true", "true");
    List<String> last = run.lines("last");
    assertThat(last).hasSize(2);
    assertThat(last.getFirst()).as("before the first prompt").isEqualTo("none");
    String[] figures = last.getLast().split(" ", -1);
    assertThat(Integer.parseInt(figures[1]))
        .as("the same question again: all but the last token, %s", run)
        .isEqualTo(Integer.parseInt(figures[0]) - 1)
        .isEqualTo(Integer.parseInt(run.line("reused")));
    assertThat(run.warnings()).as("%s", run).isEmpty();
  }

  private static void assertNothing(Result run) {
    assertThat(run.lines("active")).as("%s", run).containsExactly("false", "false");
    assertThat(run.lines("last")).containsExactly("none", "none");
    assertThat(run.lines("answer")).hasSize(2);
  }

  @Test
  void withoutTheAgentThereIsNothingAndNoFailure() throws Exception {
    assertNothing(run(ChildJvm.of(ApiCalls.class), model));
  }

  @Test
  void withTheAgentTheLastRequestIsTold() throws Exception {
    assertAnswered(run(ChildJvm.of(ApiCalls.class).agent(), model));
  }

  @Test
  void anApplicationThatDoesNotPackItGetsTheAgents() throws Exception {
    List<Path> provided = ChildJvm.classPath(name -> !name.startsWith("terrace-api"));
    assertThat(provided).hasSizeLessThan(ChildJvm.classPath(name -> true).size());
    assertAnswered(run(ChildJvm.of(ApiCalls.class).on(provided).agent(), model));
  }

  @Test
  void aPluginThatIsOffIsNotActive() throws Exception {
    ChildJvm disabled = ChildJvm.of(ApiCalls.class).agent().property("terrace.enabled", "false");
    assertNothing(run(disabled, model));
    ChildJvm wrong = ChildJvm.of(ApiCalls.class).agent().property("terrace.no.such.key", "1");
    assertNothing(run(wrong, model));
  }

  @Test
  void aPluginThatTurnsItselfOffIsActiveNoMore() throws Exception {
    Result run =
        run(ChildJvm.of(ApiCalls.class).agent().property("terrace.stack", "nowhere"), model);
    assertThat(run.lines("active")).as("%s", run).containsExactly("true", "false");
    assertThat(run.lines("last")).containsExactly("none", "none");
  }

  private static Result inAHost(boolean agent, String ownFirst) throws Exception {
    String classPath =
        ChildJvm.jlama(name -> true).stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    ChildJvm jvm = ChildJvm.of(OwnFirst.class).on(ChildJvm.programs());
    return run(agent ? jvm.agent() : jvm, model, classPath, ownFirst, "ApiCalls");
  }

  @Test
  void aHostThatAsksTheParentFirstGetsTheAgents() throws Exception {
    assertAnswered(inAHost(true, ""));
    assertNothing(inAHost(false, ""));
  }

  @Test
  void aSecondCopyIsAClearErrorWithTheAgentAndNoneWithout() throws Exception {
    Result run = inAHost(true, "io.terrace.api.");
    assertThat(run.line("thrown"))
        .contains("IllegalStateException", "two copies of io.terrace.api", "scope 'provided'");
    assertNothing(inAHost(false, "io.terrace.api."));
  }
}
