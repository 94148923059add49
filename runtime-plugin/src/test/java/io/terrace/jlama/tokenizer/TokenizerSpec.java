/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.tjake.jlama.model.gemma.GemmaTokenizer;
import com.github.tjake.jlama.model.gpt2.GPT2Tokenizer;
import com.github.tjake.jlama.model.llama.LlamaTokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A small tokenizer, written as model files and read by Jlama. */
record TokenizerSpec(
    Kind kind,
    Map<String, Long> vocabulary,
    List<?> merges,
    boolean byteFallback,
    @Nullable String unknownToken,
    Map<String, Integer> addedTokens,
    PreTokenization preTokenization,
    Normalization normalization,
    @Nullable Boolean legacy) {

  private static final String TOKENIZER = "tokenizer.json";
  private static final String CONFIG = "tokenizer_config.json";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  enum Kind {
    LLAMA,
    GEMMA,
    GPT2
  }

  enum PreTokenization {
    NONE("null"),
    META_SPACE_FIRST(
        """
        {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first"}"""),
    META_SPACE_NEVER(
        """
        {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "never"}"""),
    BYTE_LEVEL(
        """
        {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}"""),
    DIGITS(
        """
        {"type": "Sequence", "pretokenizers": [
          {"type": "Digits", "individual_digits": true}, {"type": "ByteLevel"}]}"""),
    SMOL_LM2(
        """
        {"type": "Sequence", "pretokenizers": [
          {"type": "Split", "pattern": {"Regex": "\\\\p{N}"}, "behavior": "Isolated"},
          {"type": "Split", "pattern": {"Regex":
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\\\p{L}+| ?[^\\\\s\\\\p{L}\\\\p{N}]+|\\\\s+(?!\\\\S)|\\\\s+"},
            "behavior": "Isolated"},
          {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}"""),
    LLAMA_3(
        """
        {"type": "Sequence", "pretokenizers": [
          {"type": "Split", "pattern": {"Regex":
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+"},
            "behavior": "Isolated"},
          {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}"""),
    QWEN_2(
        """
        {"type": "Sequence", "pretokenizers": [
          {"type": "Split", "pattern": {"Regex":
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+"},
            "behavior": "Isolated"},
          {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}"""),
    LLAMA_3_VARIED(LLAMA_3.json.replace("|\\\\s+\"", "\""));

    private final String json;

    PreTokenization(String json) {
      this.json = json;
    }
  }

  enum Normalization {
    NONE("null"),
    UNDERLINE(
        """
        {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"},
          {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}"""),
    NFC(
        """
        {"type": "Sequence", "normalizers": [{"type": "NFC"}]}""");

    private final String json;

    Normalization(String json) {
      this.json = json;
    }
  }

  /** A Llama tokenizer of two letters and a space that does not cut its text. */
  static TokenizerSpec small() {
    return new TokenizerSpec(
            Kind.LLAMA,
            Map.of(),
            List.of(),
            false,
            null,
            Map.of(),
            PreTokenization.NONE,
            Normalization.NONE,
            false)
        .with(List.of("a b"), "a", "b", " ", "ab");
  }

  TokenizerSpec with(PreTokenization other) {
    return new TokenizerSpec(
        kind,
        vocabulary,
        merges,
        byteFallback,
        unknownToken,
        addedTokens,
        other,
        normalization,
        legacy);
  }

  /** The same with other merges and a vocabulary numbered from zero. */
  TokenizerSpec with(List<?> otherMerges, String... tokens) {
    Map<String, Long> numbered = new LinkedHashMap<>();
    for (String token : tokens) {
      numbered.put(token, (long) numbered.size());
    }
    return new TokenizerSpec(
        kind,
        numbered,
        otherMerges,
        byteFallback,
        unknownToken,
        addedTokens,
        preTokenization,
        normalization,
        legacy);
  }

  /** Writes the files into a folder of their own, lets Jlama read them, and deletes them. */
  BPETokenizer load() {
    try {
      Path folder = Files.createTempDirectory("terrace-tokenizer");
      try {
        return switch (kind) {
          case LLAMA -> load(folder, LlamaTokenizer::new);
          case GEMMA -> load(folder, GemmaTokenizer::new);
          case GPT2 -> load(folder, GPT2Tokenizer::new);
        };
      } finally {
        Files.deleteIfExists(folder.resolve(TOKENIZER));
        Files.deleteIfExists(folder.resolve(CONFIG));
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the files into a folder and calls a tokenizer's constructor with it. */
  BPETokenizer load(Path folder, Function<Path, BPETokenizer> constructor) {
    try {
      JSON.writeValue(folder.resolve(TOKENIZER).toFile(), tokenizerJson());
      Map<String, Boolean> config = legacy == null ? Map.of() : Map.of("legacy", legacy);
      JSON.writeValue(folder.resolve(CONFIG).toFile(), config);
      return constructor.apply(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Object> tokenizerJson() throws IOException {
    Map<String, @Nullable Object> model = new HashMap<>();
    model.put("type", "BPE");
    model.put("unk_token", unknownToken);
    model.put("byte_fallback", byteFallback);
    model.put("vocab", vocabulary);
    model.put("merges", merges);
    List<Map<String, Object>> added = new ArrayList<>();
    addedTokens.forEach(
        (text, id) -> added.add(Map.of("id", id, "content", text, "special", true)));
    return Map.of(
        "model",
        model,
        "added_tokens",
        added,
        "pre_tokenizer",
        JSON.readTree(preTokenization.json),
        "normalizer",
        JSON.readTree(normalization.json));
  }
}
