/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * Token ids of a sample model: first the special tokens, then the 256 bytes, then what merges make,
 * then reserved special tokens up to the wanted size.
 *
 * @param texts by id; chars of ordinary tokens are bytes
 * @param merges by rank, symbols as in {@link BytePairs}
 * @param special ids of special and reserved tokens
 */
record Vocabulary(List<String> texts, List<BytePairs.Merge> merges, BitSet special) {

  static final List<String> SPECIAL_TOKENS =
      List.of("<|begin|>", "<|end|>", "<|im_start|>", "<|im_end|>");
  static final int BEGIN = 0;
  static final int END = 1;

  private static final int FIRST_BYTE = SPECIAL_TOKENS.size();
  private static final String WORDS = "words.txt";

  /** The vocabulary of {@code size} ids, at least {@link Geometry#SMALLEST_VOCABULARY}. */
  static Vocabulary of(int size) {
    List<BytePairs.Merge> merges = learn(size - FIRST_BYTE - 256);
    List<String> texts = new ArrayList<>(SPECIAL_TOKENS);
    for (int octet = 0; octet < 256; octet++) {
      texts.add(String.valueOf((char) octet));
    }
    for (BytePairs.Merge merge : merges) {
      texts.add(texts.get(FIRST_BYTE + merge.left()) + texts.get(FIRST_BYTE + merge.right()));
    }
    BitSet special = new BitSet();
    special.set(0, FIRST_BYTE);
    special.set(texts.size(), size);
    while (texts.size() < size) {
      texts.add("<|reserved_" + texts.size() + "|>");
    }
    return new Vocabulary(List.copyOf(texts), merges, special);
  }

  /** The text of a symbol of {@link BytePairs}. */
  String symbolText(int symbol) {
    return texts.get(FIRST_BYTE + symbol);
  }

  /**
   * Ids that a model must never answer with: special tokens end an answer or are hidden from it,
   * and text outside printable ASCII does not survive Jlama's tokenizer.
   */
  BitSet unspeakable() {
    BitSet result = (BitSet) special.clone();
    for (int id = FIRST_BYTE; id < texts.size(); id++) {
      if (texts.get(id).chars().anyMatch(octet -> octet < 0x20 || octet > 0x7E)) {
        result.set(id);
      }
    }
    return result;
  }

  /**
   * Words in order of their frequency in English, a weight like Zipf's law, each behind a space, at
   * the start of a line, and capitalised.
   */
  private static List<BytePairs.Merge> learn(int wanted) {
    BytePairs pairs = new BytePairs();
    pairs.add("\n\n", 100_000);
    pairs.add("        ", 100_000);
    pairs.add("\n   ", 100_000);
    String[] words = words();
    for (int rank = 0; rank < words.length; rank++) {
      long weight = 4_000_000L / (rank + 4);
      String word = words[rank];
      pairs.add(" " + word, weight);
      pairs.add(word, weight / 16);
      pairs.add(
          " " + word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1), weight / 16);
    }
    return pairs.learn(wanted);
  }

  private static String[] words() {
    try (InputStream stream = Vocabulary.class.getResourceAsStream(WORDS)) {
      if (stream == null) {
        throw new IllegalStateException(
            "Resource " + WORDS + " is missing beside " + Vocabulary.class);
      }
      return new String(stream.readAllBytes(), StandardCharsets.US_ASCII).strip().split("\\s+");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read resource " + WORDS, e);
    }
  }
}
