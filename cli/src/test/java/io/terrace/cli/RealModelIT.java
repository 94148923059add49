/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.tjake.jlama.model.llama.LlamaTokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.Tokenizer;
import io.terrace.gguf.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of SmolLM2-135M-Instruct, with the agent of this build; where there is one. */
@Timeout(300)
final class RealModelIT {
  private static final String QUESTION = "What is the capital of France?";
  private static final String ANSWER = "The capital of France is Paris.";

  @TempDir private Path root = Path.of("");

  @Test
  void theModelThatWasFetchedAnswersAndItsPromptIsReused() {
    WheelModel model = WheelModel.smolLm2(ModelRequest.cacheFolder(null).resolve("models"));
    assumeTrue(model.isThere(), "not fetched: ./terrace model get --from pip");
    assertAnswers(model.folder());
  }

  /** A folder becomes a GGUF file, and that becomes a folder again. */
  @Test
  void aGgufFileOfARealModelAnswersAsTheModelDoes() throws IOException {
    String original = System.getenv("TERRACE_TEST_MODEL");
    assumeTrue(original != null, "TERRACE_TEST_MODEL names no model folder");
    Path source = Path.of(String.valueOf(original));
    Path file = TestFiles.twin(source, root.resolve("model.gguf"));
    Path folder = root.resolve("model");
    CommandRun run = CommandRun.of("model", "import", file.toString(), folder.toString());
    assertThat(run.status()).as(run.err()).isZero();
    assertAnswers(folder);
    assertSameTokens(new LlamaTokenizer(source), new LlamaTokenizer(folder));
  }

  private static void assertAnswers(Path folder) {
    Installation installation = Installation.ofThisProcess(null);
    try (ChildJvms children = new ChildJvms(installation, folder, Operations.AUTO, null);
        JlamaProgram program = children.start(SetUp.REUSE, "real model")) {
      JlamaProgram.Rendered prompt = program.render(true, QUESTION);
      JlamaProgram.Answer first = program.answer(prompt, 16);
      assertThat(String.join("", first.tokens()).strip()).isEqualTo(ANSWER);
      JlamaProgram.Answer second = program.answer(prompt, 16);
      assertThat(second.sameAnswer(first)).isTrue();
      assertThat(second.reusedTokens()).isEqualTo(prompt.tokens() - 1);
    }
  }

  private static void assertSameTokens(Tokenizer wanted, Tokenizer got) {
    Random random = new Random(8);
    for (int i = 0; i < 200; i++) {
      int[] characters = random.ints(1 + random.nextInt(80), 0, 128).toArray();
      String text = new String(characters, 0, characters.length);
      assertThat(got.encode(text)).as(text).isEqualTo(wanted.encode(text));
    }
    String english = QUESTION + " " + ANSWER + " It's 1,234 km away; isn't it?\n\n  Well...";
    assertThat(got.encode(english)).isEqualTo(wanted.encode(english));
  }
}
