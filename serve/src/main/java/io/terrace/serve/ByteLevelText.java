/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text of models whose tokens are runs of bytes (GPT-2's alphabet: Llama 3, Qwen, SmolLM). Jlama
 * 0.8.4 reads and writes each byte of such a token as the character of that number: it loses
 * characters above U+00FF in a prompt, and writes "Ã©" for "é" in an answer. So a prompt goes in as
 * the bytes of its UTF-8, one character each, and an answer is put together from them; a token may
 * end in the middle of a character, which is then held back. ASCII is the same either way.
 *
 * <p>An instance is for one answer and one thread.
 */
final class ByteLevelText {
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer begun = ByteBuffer.allocate(0);

  /**
   * A prompt as Jlama has to be given it.
   *
   * @param added matches the tokens that are looked for as they are written; null if there are none
   */
  static String forJlama(String text, @Nullable Pattern added) {
    if (added == null) {
      return bytes(text);
    }
    StringBuilder result = new StringBuilder();
    Matcher token = added.matcher(text);
    int end = 0;
    while (token.find()) {
      result.append(bytes(text.substring(end, token.start()))).append(token.group());
      end = token.end();
    }
    return result.append(bytes(text.substring(end))).toString();
  }

  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** What the answer has more of with a token: whole characters. */
  String append(String token) {
    byte[] more =
        token.getBytes(
            token.chars().allMatch(c -> c <= 0xFF)
                ? StandardCharsets.ISO_8859_1
                : StandardCharsets.UTF_8); // a token that is written as it is
    ByteBuffer bytes = ByteBuffer.allocate(begun.remaining() + more.length).put(begun).put(more);
    return decode(bytes.flip(), false);
  }

  /** What is left of a character that was not ended. */
  String finish() {
    return decode(begun, true);
  }

  private String decode(ByteBuffer bytes, boolean last) {
    CharBuffer text = CharBuffer.allocate(bytes.remaining() + 1);
    utf8.decode(bytes, text, last);
    begun = bytes;
    return text.flip().toString();
  }
}
