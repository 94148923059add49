/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.tjake.jlama.safetensors.DType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * As {@link EveryCutTest}, with Panama operations. Those add in another order while the JIT
 * compiler is still at work, so that Jlama alone gives other last bits from run to run: all is
 * computed again until it came to the same bits without reuse twice, before and after, and with it
 * in between. What reuse made wrong would never get there.
 */
@Tag("panama")
@Tag("panamaOnly")
final class PanamaCutTest {
  private static final int ATTEMPTS = 60;
  private static final int[] CUTS = {1, 6, 100, 255, 256, 257, 300};
  private static final int[] NEW_TOKENS = {1, 5, 11, 33};

  @ParameterizedTest
  @EnumSource
  void logitsAndKvAreThoseWithoutReuse(Kind kind) {
    assumeTrue(kind.memory() == DType.F32, "Jlama alone gives other KV in other batches");
    int[] known = Prompts.tokens(1, 300);
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < CUTS.length; i++) {
      prompts.add(Prompts.branch(known, CUTS[i], NEW_TOKENS[i % NEW_TOKENS.length], i));
    }
    String last = "";
    List<Pass> before = withoutReuse(kind, prompts);
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      List<Pass> with = withReuse(kind, known, prompts);
      List<Pass> after = withoutReuse(kind, prompts);
      if (before.equals(after) && with.equals(after)) {
        return;
      }
      last = "stable " + before.equals(after) + ", without " + after + ", with " + with;
      before = after;
    }
    assertThat(last).as("same bits within " + ATTEMPTS + " attempts").isEmpty();
  }

  /** With a working memory of BF16, Jlama alone computes a token to what its batch makes of it. */
  @ParameterizedTest
  @EnumSource(
      names = {"BF16_MEMORY_F32_WEIGHTS", "BF16_MEMORY_BF16_WEIGHTS", "BF16_MEMORY_Q4_WEIGHTS"})
  void withAMemoryOfBf16NothingIsReusedAndThatIsSaid(Kind kind) throws Exception {
    try (Child child = Child.start()) {
      child.call(models -> models.get(kind).pass(Prompts.tokens(1, 300)));
      child.call(models -> models.get(kind).pass(Prompts.tokens(1, 300)));
      long reused = child.call(models -> Figures.get("ReusedTokens") + Figures.get("Chunks"));
      assertThat(reused).isZero();
      assertThat(child.end().stream().filter(line -> line.startsWith("[terrace] WARN")))
          .singleElement()
          .asString()
          .contains("no reuse", "BF16");
    }
  }

  /** Each prompt on a model of its own, that knows nothing. */
  private static List<Pass> withoutReuse(Kind kind, List<int[]> prompts) {
    List<Pass> passes = new ArrayList<>();
    for (int[] prompt : prompts) {
      try (TestModel model = TestModel.load(kind)) {
        passes.add(model.pass(prompt));
      }
      assertThat(Figures.get("LastReusedTokens")).isZero();
    }
    return passes;
  }

  private static List<Pass> withReuse(Kind kind, int[] known, List<int[]> prompts) {
    List<Pass> passes = new ArrayList<>();
    try (TestModel model = TestModel.load(kind)) {
      model.pass(known);
      for (int i = 0; i < prompts.size(); i++) {
        passes.add(model.pass(prompts.get(i)));
        assertThat(Figures.get("LastReusedTokens")).isEqualTo(CUTS[i]);
      }
    }
    return passes;
  }
}
