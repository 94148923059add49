/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import com.github.tjake.jlama.safetensors.tokenizer.BPETokenizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers every token id that encoding can yield with a dense symbol. Lives while the tables are
 * built; not thread-safe.
 *
 * <p>Several ids may decode to one text (a byte token and the letter it stands for, all ids that
 * the vocabulary lacks). They merge alike, so rules are kept by text number, not by symbol.
 */
final class SymbolIndex {
  private static final int BYTES = 256;

  private final Map<String, Long> vocabulary;
  private final Map<Long, Integer> symbolOfId = new HashMap<>();
  private final Map<String, Integer> numberOfText = new HashMap<>();
  private final int[] byteSymbols;
  private long[] ids;
  private int[] textNumbers;

  /** Numbers the vocabulary and, with byte fallback, the 256 byte tokens. */
  SymbolIndex(BPETokenizer tokenizer, JlamaMethods methods) {
    this.vocabulary = tokenizer.getModel().vocabLookup;
    this.ids = new long[vocabulary.size() + BYTES];
    this.textNumbers = new int[ids.length];
    for (Long id : vocabulary.values()) {
      if (id != null) {
        add(id, methods.mergeText(tokenizer, id));
      }
    }
    this.byteSymbols = new int[tokenizer.getModel().byteFallback ? BYTES : 0];
    for (int b = 0; b < byteSymbols.length; b++) {
      long id = methods.byteId(tokenizer, (byte) b);
      byteSymbols[b] = add(id, methods.mergeText(tokenizer, id));
    }
  }

  private int add(long id, String text) {
    Integer known = symbolOfId.get(id);
    if (known != null) {
      return known;
    }
    int symbol = symbolOfId.size();
    ids[symbol] = id;
    Integer number = numberOfText.putIfAbsent(text, numberOfText.size());
    textNumbers[symbol] = number == null ? numberOfText.size() - 1 : number;
    symbolOfId.put(id, symbol);
    return symbol;
  }

  /** The symbol of a text that the vocabulary holds, null for any other text. */
  @Nullable Integer symbolOfVocabulary(String text) {
    Long id = vocabulary.get(text);
    return id == null ? null : symbolOfId.get(id);
  }

  /** The number of a text that some symbol decodes to, null for any other text. */
  @Nullable Integer textNumber(String text) {
    return numberOfText.get(text);
  }

  /** Symbol to token id. */
  long[] ids() {
    return Arrays.copyOf(ids, symbolOfId.size());
  }

  /** Symbol to text number. */
  int[] textNumbers() {
    return Arrays.copyOf(textNumbers, symbolOfId.size());
  }

  /** Unsigned byte to symbol; empty without byte fallback. */
  int[] byteSymbols() {
    return byteSymbols.clone();
  }
}
