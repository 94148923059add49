/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tjake.jlama.model.gemma.GemmaTokenizer;
import com.github.tjake.jlama.model.llama.LlamaTokenizer;
import com.github.tjake.jlama.safetensors.prompt.PromptSupport;
import com.github.tjake.jlama.safetensors.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class JlamaTokenizerTest {

  private static final String ENGLISH =
      """
      A garden is never quite finished. In spring the soil is turned and the first seeds go in, and
      for some weeks there is little to see but brown earth and string. Then, after a night of warm
      rain, everything comes up at once: beans along the wall, salad in the shade, and between them
      whatever the wind has carried over from the neighbouring field. My grandmother used to say
      that one half of gardening is knowing what to pull out, and the other half is being too busy
      to do it. She kept a small book in which she wrote down the date of the first frost, the price
      of potatoes, and the names of visitors who had stayed for tea.
      """;

  @SuppressWarnings("NullAway.Init")
  @TempDir
  private static Path root;

  static Stream<Geometry> geometries() {
    return Stream.of(Geometry.tiny(), Geometry.tinySoftCaps(), Geometry.demo().withLayers(1));
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void asciiSurvives(Geometry geometry) throws IOException {
    Tokenizer tokenizer = tokenizer(geometry);
    String all =
        Stream.iterate(0, c -> c < 128, c -> c + 1)
            .map(c -> Character.toString(c))
            .collect(Collectors.joining());
    assertThat(roundTrip(tokenizer, all)).isEqualTo(all);
    assertThat(roundTrip(tokenizer, ENGLISH)).isEqualTo(ENGLISH);
    Random random = new Random(11);
    for (int trial = 0; trial < 200; trial++) {
      int[] characters = random.ints(1 + random.nextInt(60), 0, 128).toArray();
      String text = new String(characters, 0, characters.length);
      assertThat(roundTrip(tokenizer, text)).isEqualTo(text);
    }
  }

  @Test
  void englishCostsFewTokens() throws IOException {
    double demo = charactersPerToken(tokenizer(Geometry.demo().withLayers(1)));
    double tiny = charactersPerToken(tokenizer(Geometry.tiny()));
    assertThat(demo).isBetween(3.0, 4.5);
    assertThat(tiny).isBetween(1.8, 3.0);
  }

  @Test
  void chatTemplateMarksTurns() throws IOException {
    Tokenizer tokenizer = tokenizer(Geometry.tiny());
    PromptSupport support = tokenizer.promptSupport().orElseThrow();
    String prompt =
        support.builder().addSystemMessage("Be brief.").addUserMessage("Hello").build().getPrompt();
    assertThat(prompt)
        .isEqualTo(
            """
            <|im_start|>system
            Be brief.<|im_end|>
            <|im_start|>user
            Hello<|im_end|>
            <|im_start|>assistant
            """);
    long[] tokens = tokenizer.encode(prompt);
    assertThat(Arrays.stream(tokens).filter(id -> id == 2)).hasSize(3);
    assertThat(Arrays.stream(tokens).filter(id -> id == 3)).hasSize(2);
    assertThat(tokenizer.getModel().isSpecialToken(2L)).isTrue();
  }

  private static double charactersPerToken(Tokenizer tokenizer) {
    return (double) ENGLISH.length() / tokenizer.encode(ENGLISH).length;
  }

  private static Tokenizer tokenizer(Geometry geometry) throws IOException {
    Path folder = SampleModels.cached(root, geometry, 1, ProgressListener.NONE);
    return geometry.architecture() == Architecture.GEMMA2
        ? new GemmaTokenizer(folder)
        : new LlamaTokenizer(folder);
  }

  /** Token by token, as an answer is decoded: decoding an array strips leading blanks. */
  private static String roundTrip(Tokenizer tokenizer, String text) {
    return Arrays.stream(tokenizer.encode(text))
        .mapToObj(tokenizer::decode)
        .collect(Collectors.joining());
  }
}
