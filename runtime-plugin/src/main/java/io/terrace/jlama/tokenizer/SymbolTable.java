/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import com.github.tjake.jlama.safetensors.tokenizer.TokenizerModel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Turns text into the symbols that merging starts from, and symbols into ids. Immutable. */
final class SymbolTable {
  private static final int ABSENT = -1;
  private static final int PAGE_BITS = 8;
  private static final int PAGE = 1 << PAGE_BITS;

  private final long[] ids;
  private final int[][] pages = new int[(Character.MAX_CODE_POINT >> PAGE_BITS) + 1][];
  private final int[] byteSymbols;
  private final boolean hasUnknownToken;
  private final int unknownSymbol;

  SymbolTable(TokenizerModel model, SymbolIndex index) {
    this.ids = index.ids();
    this.byteSymbols = index.byteSymbols();
    this.hasUnknownToken = model.unkToken != null;
    Integer unknown = hasUnknownToken ? index.symbolOfVocabulary(model.unkToken) : null;
    this.unknownSymbol = unknown == null ? ABSENT : unknown;
    for (String text : model.vocabLookup.keySet()) {
      Integer symbol = index.symbolOfVocabulary(text);
      if (symbol != null && !text.isEmpty() && text.codePointCount(0, text.length()) == 1) {
        put(text.codePointAt(0), symbol);
      }
    }
  }

  private void put(int codePoint, int symbol) {
    int[] page = pages[codePoint >> PAGE_BITS];
    if (page == null) {
      page = new int[PAGE];
      Arrays.fill(page, ABSENT);
      pages[codePoint >> PAGE_BITS] = page;
    }
    page[codePoint & (PAGE - 1)] = symbol;
  }

  long id(int symbol) {
    return ids[symbol];
  }

  /**
   * One symbol for each code point that the vocabulary has; for any other, a symbol for each byte
   * of its UTF-8 form, or the unknown token, or nothing, as the model says.
   *
   * @throws IllegalArgumentException if the unknown token is called for and not in the vocabulary,
   *     where Jlama fails with a null pointer
   */
  int[] symbolsOf(String text) {
    int[] symbols = new int[text.length()];
    int count = 0;
    for (int at = 0; at < text.length(); ) {
      int codePoint = text.codePointAt(at);
      at += Character.charCount(codePoint);
      int[] page = pages[codePoint >> PAGE_BITS];
      int symbol = page == null ? ABSENT : page[codePoint & (PAGE - 1)];
      if (symbol == ABSENT) {
        int[] fallback = fallback(codePoint);
        symbols = withRoom(symbols, count, fallback.length + text.length() - at);
        System.arraycopy(fallback, 0, symbols, count, fallback.length);
        count += fallback.length;
      } else {
        symbols[count++] = symbol;
      }
    }
    return Arrays.copyOf(symbols, count);
  }

  private int[] fallback(int codePoint) {
    if (byteSymbols.length > 0) {
      // A lone surrogate has no UTF-8 form; Java, hence Jlama, writes a question mark for it.
      byte[] utf8 = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
      int[] symbols = new int[utf8.length];
      for (int i = 0; i < utf8.length; i++) {
        symbols[i] = byteSymbols[Byte.toUnsignedInt(utf8[i])];
      }
      return symbols;
    }
    if (!hasUnknownToken) {
      return new int[0];
    }
    if (unknownSymbol == ABSENT) {
      throw new IllegalArgumentException(
          "Cannot encode U+%04X: not in the vocabulary, and neither is the unknown token."
              .formatted(codePoint));
    }
    return new int[] {unknownSymbol};
  }

  private static int[] withRoom(int[] symbols, int count, int more) {
    int wanted = Math.addExact(count, more);
    return wanted <= symbols.length
        ? symbols
        : Arrays.copyOf(symbols, Math.max(wanted, symbols.length + (symbols.length >> 1)));
  }
}
