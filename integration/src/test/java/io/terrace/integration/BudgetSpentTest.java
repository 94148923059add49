/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tjake.jlama.tensor.KvBufferCache.KvBuffer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Open sessions that need more than the budget are answered all the same. */
@ExtendWith(ReferenceResolver.class)
final class BudgetSpentTest {
  private static final List<Kind> KINDS = List.of(Kind.GROUPED_QUERIES, Kind.UNEVEN_ROWS);
  private static final int SESSIONS = 6;
  private static final int TOKENS = 700; // three or four pages, and the budget has 16

  private record Result(
      List<Pass> passes, long privateDuring, long privateAfter, long mapped, boolean balanced)
      implements Serializable {}

  private static int[] prompt(int session) {
    return Prompts.tokens(80 + session, TOKENS + 31 * session);
  }

  @Test
  void answersAreRightAndTheRestComesFromOutsideTheBudget(Reference reference) throws Exception {
    try (Child child = Child.start("terrace.pool.bytes=4MiB", "terrace.debug.checkPages=true")) {
      for (int round = 0; round < 2; round++) {
        Result result = child.call(models -> openSessions(List.of(models.get(KINDS.get(0)))));
        assertThat(result.passes).isEqualTo(wanted(reference, KINDS.subList(0, 1)));
        checkFigures(result);
      }
      checkWarnings(child.end());
    }
  }

  @Test
  void modelsOfSeveralGeometriesShareTheBudget(Reference reference) throws Exception {
    try (Child child = Child.start("terrace.pool.bytes=4MiB")) {
      Result result =
          child.call(
              models -> openSessions(List.of(models.get(KINDS.get(0)), models.get(KINDS.get(1)))));
      assertThat(result.passes).isEqualTo(wanted(reference, KINDS));
      checkFigures(result);
      for (Kind kind : KINDS) { // memory moves from one geometry to the other and back
        Pass pass = child.call(models -> models.get(kind).pass(prompt(1)));
        assertThat(pass).isEqualTo(reference.pass(kind, prompt(1)));
        Pass again = child.call(models -> models.get(kind).pass(prompt(1)));
        assertThat(again).isEqualTo(pass);
        long reused = child.call(models -> Figures.get("LastReusedTokens"));
        assertThat(reused).isEqualTo(prompt(1).length - 1);
      }
      checkWarnings(child.end());
    }
  }

  private static List<Pass> wanted(Reference reference, List<Kind> kinds) {
    List<Pass> wanted = new ArrayList<>();
    for (int session = 0; session < SESSIONS; session++) {
      for (Kind kind : kinds) {
        wanted.add(reference.pass(kind, prompt(session)));
      }
    }
    return wanted;
  }

  private static void checkFigures(Result result) {
    assertThat(result.privateDuring).isPositive();
    assertThat(result.privateAfter).isZero();
    assertThat(result.mapped).isLessThanOrEqualTo(4L << 20);
    assertThat(result.balanced).as("pages in use are the chunks").isTrue();
  }

  private static void checkWarnings(List<String> lines) {
    assertThat(lines.stream().filter(line -> line.startsWith("[terrace] WARN")))
        .singleElement()
        .asString()
        .contains("the budget of 4194304 bytes is in use by open sessions");
    assertThat(lines).noneMatch(line -> line.contains("Exception"));
  }

  private static Result openSessions(List<TestModel> models) {
    List<KvBuffer> open = new ArrayList<>();
    List<Pass> passes = new ArrayList<>();
    for (int session = 0; session < SESSIONS; session++) {
      for (TestModel model : models) {
        KvBuffer buffer = model.buffer(UUID.randomUUID());
        open.add(buffer);
        passes.add(model.pass(prompt(session), 0, buffer));
      }
    }
    long during = Figures.get("PrivatePages");
    open.forEach(KvBuffer::close);
    return new Result(
        passes,
        during,
        Figures.get("PrivatePages"),
        Figures.get("MappedBytes"),
        Figures.get("PagesInUse") == Figures.get("Chunks"));
  }

  @Test
  void threadsThatFightForPagesAreAnsweredRight(Reference reference) throws Exception {
    List<List<String>> wanted = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      wanted.add(reference.generate(KINDS.get(0), Prompts.text(90 + i, TOKENS), 8));
    }
    try (Child child = Child.start("terrace.pool.bytes=4MiB", "terrace.debug.checkPages=true")) {
      for (int round = 0; round < 2; round++) {
        List<List<String>> got = child.call(models -> fight(models.get(KINDS.get(0))));
        assertThat(got).isEqualTo(wanted);
      }
      long pages = child.call(models -> Figures.get("PagesInUse") - Figures.get("Chunks"));
      assertThat(pages).isZero();
      long failures = child.call(models -> Figures.get("Failures"));
      assertThat(failures).isZero();
    }
  }

  private static List<List<String>> fight(TestModel model) throws Exception {
    List<Callable<List<String>>> work = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      String prompt = Prompts.text(90 + i, TOKENS);
      work.add(() -> model.generate(prompt, 8));
    }
    return Threads.together(work);
  }
}
