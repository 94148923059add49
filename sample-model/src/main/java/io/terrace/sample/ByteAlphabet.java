/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

/** How tokenizer.json writes the 256 bytes as characters; Jlama has two tokenizers that differ. */
enum ByteAlphabet {
  /**
   * GPT-2's: printable Latin-1 stands for itself, the other 68 bytes for U+0100 and on, so that a
   * space is U+0120. Jlama's LlamaTokenizer applies it when the pre-tokenizer names ByteLevel.
   */
  GPT2 {
    @Override
    char character(int octet) {
      if (printable(octet)) {
        return (char) octet;
      }
      int rank = 0;
      for (int lower = 0; lower < octet; lower++) {
        rank += printable(lower) ? 0 : 1;
      }
      return (char) (256 + rank);
    }

    private boolean printable(int octet) {
      return (octet >= '!' && octet <= '~')
          || (octet >= 0xA1 && octet <= 0xAC)
          || (octet >= 0xAE && octet <= 0xFF);
    }
  },

  /** Each byte is the character of the same number, but a space is U+2581: Jlama's Gemma. */
  SENTENCE_PIECE {
    @Override
    char character(int octet) {
      return octet == ' ' ? '\u2581' : (char) octet;
    }
  };

  abstract char character(int octet);

  /** Translates a string whose chars are bytes. */
  String encode(String bytes) {
    StringBuilder result = new StringBuilder(bytes.length());
    bytes.chars().forEach(octet -> result.append(character(octet)));
    return result.toString();
  }
}
