/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each thing that can be wrong, told by its name with what is there and what is wanted. */
final class BadFileTest {
  private static final byte[] NOTHING = {};

  @TempDir private static Path shared = Path.of("");

  @BeforeAll
  static void makeSource() throws IOException {
    SampleModels.write(shared.resolve("source"), Twin.SMALLEST, 3, ProgressListener.NONE);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong(file -> file.version(1), "the format's version is 1; read are 2 and 3"),
        wrong(file -> file.version(3 << 24), "the format's version is 50331648"),
        wrong(file -> file.put("general.architecture", "qwen3"), "general.architecture is qwen3"),
        wrong(file -> file.without("general.architecture"), "key general.architecture is missing"),
        wrong(file -> file.put("general.alignment", 0), "general.alignment is 0, wanted is an"),
        wrong(
            file -> file.put("general.alignment", 12), "general.alignment is 12, wanted is a mul"),
        wrong(file -> file.repeat("general.name"), "the metadata key general.name is there twice"),
        wrong(
            file -> file.put("llama.block_count", "two"),
            "llama.block_count is of type STRING, wanted is an integer from 1 to 256"),
        wrong(
            file -> file.putLong("llama.block_count", -1),
            "llama.block_count is 18446744073709551615, wanted is an integer"),
        wrong(file -> file.put("llama.block_count", 2), "tensor blk.1.attn_norm.weight is missing"),
        wrong(
            file -> file.put("llama.embedding_length", 64),
            "tensor token_embd.weight has the shape [270, 32], wanted is [270, 64]"),
        wrong(
            file -> file.put("llama.embedding_length", 40), "is 40; Jlama needs a multiple of 32"),
        wrong(file -> file.put("llama.attention.head_count", 3), "head_count is 3, wanted is an"),
        wrong(file -> file.put("llama.attention.head_count_kv", 0), "head_count_kv is 0, wanted"),
        wrong(file -> file.put("llama.attention.key_length", 64), "key_length is 64; Jlama comp"),
        wrong(file -> file.put("llama.expert_count", 8), "llama.expert_count is 8; Jlama comp"),
        wrong(file -> file.put("llama.rope.scaling.type", "yarn"), "scaling.type is yarn; Jlama"),
        wrong(file -> file.put("llama.rope.freq_base", Float.NaN), "freq_base is NaN, wanted is"),
        wrong(file -> file.put("llama.vocab_size", 9), "has 270 elements, llama.vocab_size is 9"),
        wrong(
            file -> file.put("tokenizer.ggml.model", "llama"),
            "tokenizer.ggml.model is llama; only byte-level BPE"),
        wrong(
            file -> file.put("tokenizer.ggml.pre", "new"),
            "tokenizer.ggml.pre is new; known are gpt-2, smollm"),
        wrong(
            file -> file.putIntegers("tokenizer.ggml.token_type", List.of(1, 2)),
            "tokenizer.ggml.token_type has 2 elements, 270 are due"),
        wrong(
            file -> file.putTexts("tokenizer.ggml.tokens", List.of("a", "b", "a")),
            "tokenizer.ggml.tokens has \"a\" twice, as 0 and as 2"),
        wrong(
            file -> file.putTexts("tokenizer.ggml.merges", List.of("ab")),
            "tokenizer.ggml.merges has \"ab\"; wanted are two tokens"),
        wrong(
            file -> file.put("tokenizer.ggml.bos_token_id", 270),
            "tokenizer.ggml.bos_token_id is 270, wanted is an integer from 0 to 269"),
        wrong(
            file -> file.withoutTensor("output_norm.weight"),
            "tensor output_norm.weight is missing"),
        wrong(
            file -> file.tensor("blk.0.attn_q.bias", TensorType.F32, new byte[128], 32),
            "tensor blk.0.attn_q.bias has no place in Jlama's Llama"),
        wrong(
            file -> file.tensor("output.weight", TensorType.F32, new byte[128], 32),
            "tensor output.weight is there twice"),
        wrong(
            file -> file.tensor("t", 14, NOTHING, 32),
            "tensor t has the type Q6_K, which is not read; read are F32, F16"),
        wrong(file -> file.tensor("t", TensorType.F32, NOTHING), "tensor t has 0 dimensions"),
        wrong(
            file -> file.tensor("t", TensorType.F32, NOTHING, 0), "tensor t has a dimension of 0"),
        wrong(
            file -> file.tensor("t", TensorType.F32, NOTHING, 1L << 40, 1L << 40),
            "tensor t is too large for any file: its dimensions overflow"),
        wrong(
            file -> file.tensor("t", TensorType.Q8_0, NOTHING, Long.MAX_VALUE / 32 * 32),
            "tensor t is too large for any file: its dimensions overflow"),
        wrong(
            file -> file.tensor("t", TensorType.F32, NOTHING, -1),
            "a dimension of tensor t is 18446744073709551615, which no file can hold"),
        wrong(
            file -> file.tensor("t", TensorType.Q4_0, NOTHING, 33),
            "tensor t has rows of 33 values; Q4_0 stores blocks of 32"),
        wrong(
            file -> file.tensor("t", TensorType.F32, NOTHING, 1 << 20),
            "tensor t has 4194304 bytes from offset"),
        wrong(
            file -> file.tensor("t", TensorType.F32, NOTHING, 1).tensor("u", 0, new byte[4], 1),
            "tensor u begins at offset"),
        wrong(file -> file.put("", 1), "metadata key", "has 0 bytes, allowed are 1 to 65535"),
        wrong(file -> file.put("x".repeat(65_536), 1), "has 65536 bytes, allowed are 1 to 65535"),
        wrong(file -> file.putRaw("k", value(13)), "k has the value type 13, known are 0 to 12"),
        wrong(
            file -> file.putRaw("k", value(GgufWriter.ARRAY, 8, -1, 0x7FFF_FFFF)),
            "k has 9223372036854775807 elements of type STRING, but only"),
        wrong(
            file -> file.putRaw("k", value(GgufWriter.STRING, -2, 0x7FFF_FFFF)),
            "but k has 9223372036854775806 bytes from byte"),
        wrong(file -> file.putRaw("k", nested(6)), "k nests arrays more than 4 deep"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void isToldByItsName(Consumer<GgufWriter> mistake, String[] told) throws IOException {
    GgufWriter file = Twin.of(shared.resolve("source"), TensorType.Q8_0, TensorType.Q4_1);
    mistake.accept(file);
    Path path = shared.resolve("wrong.gguf");
    Files.write(path, file.toBytes());
    assertThatThrownBy(() -> GgufModel.open(path).close())
        .isInstanceOf(GgufException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContainingAll(told);
  }

  @Test
  void whatIsNoFileOrNoGgufIsToldToo() throws IOException {
    assertThatThrownBy(() -> GgufModel.open(shared).close())
        .isInstanceOf(GgufException.class)
        .hasMessage(shared + " is no file");
    assertThatThrownBy(() -> GgufModel.open(shared.resolve("none")).close())
        .isInstanceOf(NoSuchFileException.class);
    Path other = Files.writeString(shared.resolve("other"), "PK\3\4 and so on");
    assertThatThrownBy(() -> GgufModel.open(other).close())
        .isInstanceOf(GgufException.class)
        .hasMessageContaining("is no GGUF file: it begins with 0x04034B50, not with \"GGUF\"");
    Path empty = Files.createFile(shared.resolve("empty"));
    assertThatThrownBy(() -> GgufModel.open(empty).close())
        .isInstanceOf(GgufException.class)
        .hasMessageContaining("the file ends at byte 0, but the magic number has 4 bytes");
  }

  /** Both make a map of the file whose pages would stay with the process. */
  @Test
  void aRefusedFileIsLetGo() throws IOException {
    Path other = Files.writeString(shared.resolve("held"), "no GGUF file, but held?");
    assertThatThrownBy(() -> GgufModel.open(other).close()).isInstanceOf(GgufException.class);
    Path maps = Path.of("/proc/self/maps");
    if (Files.isReadable(maps)) {
      assertThat(Files.readString(maps)).doesNotContain(other.toString());
    }
  }

  private static Arguments wrong(Consumer<GgufWriter> mistake, String... told) {
    return Arguments.of(mistake, told);
  }

  private static byte[] value(int... words) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      bytes.putInt(word);
    }
    return bytes.array();
  }

  /** An array of an array of ... of no integers. */
  private static byte[] nested(int depth) {
    int[] value = new int[1 + 3 * depth];
    value[0] = GgufWriter.ARRAY;
    for (int i = 0; i < depth; i++) {
      value[1 + 3 * i] = i == depth - 1 ? GgufWriter.UINT32 : GgufWriter.ARRAY;
      value[2 + 3 * i] = i == depth - 1 ? 0 : 1;
    }
    return value(value);
  }
}
