/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tjake.jlama.model.llama.LlamaTokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import io.terrace.jlama.tokenizer.TokenizerSpec.PreTokenization;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FastBpeTest {
  private static final TokenizerSpec SMALL = TokenizerSpec.small();

  @Test
  void pairThatChangedLosesItsRank() {
    // "b c" goes first; "a" + "bc" is then a rule, but one that "bc d" comes before.
    BPETokenizer jlama =
        SMALL
            .with(
                List.of("b c", "a b", "bc d", "a bc"), "a", "b", "c", "d", "bc", "ab", "bcd", "abc")
            .load();
    long[] expected = {id(jlama, "a"), id(jlama, "bcd")};
    assertThat(jlama.encode("abcd")).isEqualTo(expected);
    assertThat(fast(jlama).encode("abcd")).isEqualTo(expected);
  }

  @Test
  void keyWithSpacesInsideIsTheRuleOfEveryCut() {
    BPETokenizer jlama =
        SMALL.with(List.of("a  ", " b c", "a b c"), "a", "b", "c", " ", "a ", "a b", "ab c").load();
    FastBpe fast = fast(jlama);
    for (String text : List.of("a b c", "a bc", "ab c", "a b", "a  b c")) {
      assertThat(fast.encode(text)).as(text).isEqualTo(jlama.encode(text));
    }
  }

  @Test
  void longWordIsMergedAsJlamaDoes() {
    BPETokenizer jlama =
        SMALL
            .with(
                List.of("a b", "ab a", "b a", "aba b", "ab ab"),
                "a",
                "b",
                "ab",
                "aba",
                "ba",
                "abab")
            .load();
    String word = "abaab".repeat(120) + "bbaba".repeat(40);
    assertThat(fast(jlama).encode(word)).hasSizeLessThan(500).isEqualTo(jlama.encode(word));
  }

  @Test
  void emptyTextHasNoIds() {
    assertThat(fast(SMALL.load()).encode("")).isEmpty();
  }

  @Test
  void resultsAreTheCallersOwn() {
    FastBpe fast = fast(SMALL.load());
    long[] first = fast.encode("ab ab");
    long[] expected = first.clone();
    java.util.Arrays.fill(first, -7);
    assertThat(fast.encode("ab ab")).isEqualTo(expected);
  }

  @Test
  void unknownClassIsRefusedWithReason(@TempDir Path folder) {
    List<String> reasons = new ArrayList<>();
    BPETokenizer other = SMALL.load(folder, OtherTokenizer::new);
    assertThat(FastBpe.of(other, reasons::add)).isNull();
    assertThat(reasons).containsExactly("only Jlama's Llama, Gemma and GPT-2 tokenizers are known");
    assertThat(FastBpe.of(other)).isNull();
  }

  @Test
  void rankOutsideThePackedFormIsRefused() {
    BPETokenizer jlama = SMALL.load();
    jlama.getModel().merges.put("x y", -1L);
    List<String> reasons = new ArrayList<>();
    assertThat(FastBpe.of(jlama, reasons::add)).isNull();
    assertThat(reasons).singleElement().asString().contains("\"x y\"", "-1");
  }

  @Test
  void changedModelIsRefused() {
    BPETokenizer jlama = SMALL.load();
    FastBpe fast = fast(jlama);
    assertThat(fast.encode("ab")).isEqualTo(jlama.encode("ab"));
    jlama.getModel().setLegacy(!jlama.getModel().isLegacy());
    assertThatThrownBy(() -> fast.encode("ab"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("model was changed");
  }

  @Test
  void tokenizerIsNotKeptAlive() throws InterruptedException {
    BPETokenizer jlama = SMALL.load();
    FastBpe fast = fast(jlama);
    long[] unused = fast.encode("ab");
    WeakReference<BPETokenizer> reference = new WeakReference<>(jlama);
    jlama = null;
    for (int i = 0; i < 100 && reference.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(reference.get()).isNull();
    assertThat(unused).isNotEmpty();
    assertThatThrownBy(() -> fast.encode("ab")).hasMessageContaining("garbage collected");
  }

  @Test
  void fourThreadsGetTheIdsOfOne() throws Exception {
    BPETokenizer jlama =
        SMALL
            .with(PreTokenization.LLAMA_3)
            .with(List.of("a b", "ab a", "b a"), "a", "b", " ", "ab", "aba", "ba")
            .load();
    FastBpe fast = fast(jlama);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      texts.add(
          "ab".repeat(i % 7)
              + " "
              + Integer.toBinaryString(i * 977).replace('0', 'a').replace('1', 'b'));
    }
    List<long[]> expected = texts.stream().map(jlama::encode).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<List<long[]>>> tasks = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int first = thread % 2 * 100;
        tasks.add(() -> encodeFrom(fast, texts, first));
      }
      for (Future<List<long[]>> result : threads.invokeAll(tasks)) {
        assertThat(result.get()).usingRecursiveComparison().isEqualTo(expected);
      }
    }
  }

  /** All texts, in an order that begins at one of them; the results in the order of the texts. */
  private static List<long[]> encodeFrom(FastBpe fast, List<String> texts, int first) {
    List<long[]> results =
        new ArrayList<>(java.util.Collections.nCopies(texts.size(), new long[0]));
    for (int i = 0; i < texts.size(); i++) {
      int at = (first + i) % texts.size();
      results.set(at, fast.encode(texts.get(at)));
    }
    return results;
  }

  private static FastBpe fast(BPETokenizer jlama) {
    return Objects.requireNonNull(FastBpe.of(jlama));
  }

  private static long id(BPETokenizer jlama, String token) {
    return Objects.requireNonNull(jlama.getModel().vocabLookup.get(token));
  }

  /** A tokenizer that an application could derive from Jlama's. */
  private static final class OtherTokenizer extends LlamaTokenizer {
    OtherTokenizer(Path folder) {
      super(folder);
    }
  }
}
