/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.tjake.jlama.model.llama.LlamaTokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A downloaded model's tokenizer over the files of this repository. */
final class RealTokenizerTest {
  @Test
  void sameIdsOnEnglishAndSourceCode() throws IOException {
    String model = System.getenv("TERRACE_TEST_MODEL");
    assumeTrue(model != null, "TERRACE_TEST_MODEL names no model folder");
    BPETokenizer jlama = new LlamaTokenizer(Path.of(model));
    FastBpe fast = Objects.requireNonNull(FastBpe.of(jlama));
    int ids = 0;
    for (Path file : files()) {
      String text = Files.readString(file);
      long[] expected = jlama.encode(text);
      assertThat(fast.encode(text)).as(file.toString()).isEqualTo(expected);
      assertThat(fast.encode(text)).as("%s again", file).isEqualTo(expected);
      String chat =
          "<|im_start|>user\n" + text + "\nWhat is it?<|im_end|>\n<|im_start|>assistant\n";
      assertThat(fast.encode(chat)).as("%s as chat", file).isEqualTo(jlama.encode(chat));
      ids += expected.length;
    }
    assertThat(ids).isGreaterThan(10_000);
  }

  @Test
  void sameIdsOnScriptsAndSymbols() {
    String model = System.getenv("TERRACE_TEST_MODEL");
    assumeTrue(model != null, "TERRACE_TEST_MODEL names no model folder");
    BPETokenizer jlama = new LlamaTokenizer(Path.of(model));
    FastBpe fast = Objects.requireNonNull(FastBpe.of(jlama));
    StringBuilder text = new StringBuilder();
    for (int c = 1; c < 0x20000; c += c < 0x3000 ? 1 : 61) {
      text.appendCodePoint(c).append(c % 5 == 0 ? " " : "");
    }
    assertThat(fast.encode(text.toString())).isEqualTo(jlama.encode(text.toString()));
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src"))) {
      Stream<Path> code = sources.filter(file -> file.toString().endsWith(".java"));
      return Stream.concat(code, Stream.of(Path.of("..", "LICENSE"), Path.of("..", "pom.xml")))
          .toList();
    }
  }
}
