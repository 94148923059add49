/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With Jlama's property {@code jlama.max_batch_size} its batches end elsewhere than chunks do; the
 * plugin, which takes their loop over, computes the same.
 */
@ExtendWith(ReferenceResolver.class)
final class BatchSizeTest {
  private static final Kind KIND = Kind.GROUPED_QUERIES;

  @ParameterizedTest
  @ValueSource(ints = {100, 300})
  void smallerAndLargerThanAChunk(int batchTokens, Reference reference) {
    int[] prompt = Prompts.tokens(54, 650);
    int[] branch = Prompts.branch(prompt, 450, 130, 1);
    try (Child child = Child.start("jlama.max_batch_size=" + batchTokens)) {
      Pass cold = child.call(models -> models.get(KIND).pass(prompt));
      assertThat(cold).isEqualTo(reference.pass(KIND, prompt));
      Pass warm = child.call(models -> models.get(KIND).pass(branch));
      assertThat(warm).isEqualTo(reference.pass(KIND, branch));
      long reused = child.call(models -> Figures.get("LastReusedTokens"));
      assertThat(reused).isEqualTo(450);
    }
  }
}
