/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import com.github.tjake.jlama.safetensors.tokenizer.TokenizerModel.PreTokenizer;
import com.github.tjake.jlama.safetensors.tokenizer.TokenizerModel.PretokenizerItem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The split patterns of widespread models, matched by hand: the regular expressions cost more than
 * everything else in encoding text that was seen before. Pieces equal those of Jlama's {@code
 * pretokenize}. Text with surrogates is left to it: where a pattern does not match a supplementary
 * character, java.util.regex goes on in the middle of it.
 */
enum KnownSplit {
  /** SmolLM2: each number character apart, then GPT-2's pattern for what lies between them. */
  GPT2_NUMBERS_APART(
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+", true, 1),
  /** Llama 3: up to three number characters together. */
  LLAMA_3(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      false,
      3),
  /** Qwen 2: Llama 3's with each number character apart. */
  QWEN_2(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      false,
      1);

  private static final String NUMBERS = "\\p{N}";
  private static final List<String> CONTRACTIONS = List.of("s", "t", "re", "ve", "m", "ll", "d");

  private final String pattern;

  /** Whether a pattern of numbers goes first, and the other one sees what lies between them. */
  private final boolean numbersFirst;

  /** Llama 3's form: line ends end a piece, any character may lead letters, case is ignored. */
  private final boolean modern;

  private final int numbersTogether;

  KnownSplit(String pattern, boolean numbersFirst, int numbersTogether) {
    this.pattern = pattern;
    this.numbersFirst = numbersFirst;
    this.modern = !numbersFirst;
    this.numbersTogether = numbersTogether;
  }

  /** The split that a pre-tokenizer does, null if it is none of these. */
  static @Nullable KnownSplit of(PreTokenizer preTokenizer) {
    if (!"Sequence".equals(preTokenizer.type)) {
      return null;
    }
    List<String> patterns = new ArrayList<>();
    for (PretokenizerItem item : preTokenizer.pretokenizers) {
      if ("Split".equals(item.type) && item.pattern != null && item.pattern.regex.flags() == 0) {
        patterns.add(item.pattern.regex.pattern());
      } else if (!"ByteLevel".equals(item.type)) {
        return null;
      }
    }
    for (KnownSplit split : values()) {
      if (patterns.equals(split.patterns())) {
        return split;
      }
    }
    return null;
  }

  private List<String> patterns() {
    return numbersFirst ? List.of(NUMBERS, pattern) : List.of(pattern);
  }

  /** The pieces of a text in order, null if the text holds a surrogate. */
  @Nullable List<String> split(String text) {
    List<String> pieces = new ArrayList<>(text.length() / 4 + 1);
    for (int at = 0; at < text.length(); ) {
      int end = pieceEnd(text, at);
      if (end < 0) {
        return null;
      }
      pieces.add(text.substring(at, end));
      at = end;
    }
    return pieces;
  }

  /** Where the piece that begins at a position ends; -1 at a surrogate. */
  private int pieceEnd(String text, int at) {
    char first = text.charAt(at);
    byte firstClass = CharacterClass.of(first);
    if (first == '\'') {
      int end = contractionEnd(text, at + 1);
      if (end > 0) {
        return end;
      }
    }
    byte second = at + 1 < text.length() ? CharacterClass.of(text.charAt(at + 1)) : firstClass;
    boolean mayLead =
        modern
            ? firstClass == CharacterClass.OTHER || firstClass == CharacterClass.SPACE
            : first == ' ';
    if (mayLead && second == CharacterClass.LETTER) {
      return runEnd(text, at + 1, CharacterClass.LETTER, Integer.MAX_VALUE);
    }
    if (first == ' ' && second == CharacterClass.OTHER) {
      return otherEnd(text, at + 1);
    }
    return switch (firstClass) {
      case CharacterClass.LETTER -> runEnd(text, at, CharacterClass.LETTER, Integer.MAX_VALUE);
      case CharacterClass.NUMBER -> runEnd(text, at, CharacterClass.NUMBER, numbersTogether);
      case CharacterClass.OTHER -> otherEnd(text, at);
      case CharacterClass.SPACE, CharacterClass.LINE_END -> spacesEnd(text, at);
      default -> -1;
    };
  }

  private int contractionEnd(String text, int at) {
    for (String ending : CONTRACTIONS) {
      int end = at + ending.length();
      int match = at;
      while (end <= text.length()
          && match < end
          && foldCase(text.charAt(match)) == ending.charAt(match - at)) {
        match++;
      }
      if (match == end) {
        return end;
      }
    }
    return -1;
  }

  /** The pattern's case-insensitive part folds ASCII only, unlike the methods of String. */
  private char foldCase(char c) {
    return modern && c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
  }

  private static int runEnd(String text, int at, byte characterClass, int most) {
    int limit = most < text.length() - at ? at + most : text.length();
    int end = at;
    while (end < limit && CharacterClass.of(text.charAt(end)) == characterClass) {
      end++;
    }
    return end;
  }

  private int otherEnd(String text, int at) {
    int end = runEnd(text, at, CharacterClass.OTHER, Integer.MAX_VALUE);
    return modern ? runEnd(text, end, CharacterClass.LINE_END, Integer.MAX_VALUE) : end;
  }

  /** A run of spaces leaves its last one to the piece that follows, if one does. */
  private int spacesEnd(String text, int at) {
    int end = at;
    int afterLineEnd = -1;
    for (; end < text.length(); end++) {
      byte characterClass = CharacterClass.of(text.charAt(end));
      if (characterClass == CharacterClass.LINE_END) {
        afterLineEnd = end + 1;
      } else if (characterClass != CharacterClass.SPACE) {
        break;
      }
    }
    if (modern && afterLineEnd > 0) {
      return afterLineEnd;
    }
    return end == at + 1 || endsText(text, end) ? end : end - 1;
  }

  /** Numbers that are set apart first end the text that the second pattern sees. */
  private boolean endsText(String text, int at) {
    return at == text.length()
        || (numbersFirst && CharacterClass.of(text.charAt(at)) == CharacterClass.NUMBER);
  }
}
