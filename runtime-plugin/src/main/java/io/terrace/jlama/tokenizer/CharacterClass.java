/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

/**
 * The classes of characters that the split patterns of {@link KnownSplit} tell apart, as {@code
 * java.util.regex} does without flags: letters and numbers by Unicode category, spaces in ASCII.
 */
final class CharacterClass {
  static final byte OTHER = 0;
  static final byte LETTER = 1;
  static final byte NUMBER = 2;

  /** A space that is no line end. */
  static final byte SPACE = 3;

  /** CR or LF. */
  static final byte LINE_END = 4;

  /** Half of a supplementary character, or a lone half. */
  static final byte SURROGATE = 5;

  private static final byte[] CLASSES = new byte[Character.MAX_VALUE + 1];

  static {
    for (int c = 0; c < CLASSES.length; c++) {
      CLASSES[c] = classify((char) c);
    }
  }

  private CharacterClass() {}

  static byte of(char c) {
    return CLASSES[c];
  }

  private static byte classify(char c) {
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      case Character.SURROGATE -> SURROGATE;
      default -> c == '\r' || c == '\n' ? LINE_END : " \t\u000B\f".indexOf(c) >= 0 ? SPACE : OTHER;
    };
  }
}
