/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.sample;

import java.util.ArrayList;
import java.util.List;

/** The text of tokenizer.json and tokenizer_config.json. */
final class TokenizerFiles {

  /** Single digits, then GPT-2's pieces: a word with the space before it, punctuation, blanks. */
  private static final String DIGITS = "\\p{N}";

  private static final String PIECES =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final String CHAT_TEMPLATE =
      "{% for message in messages %}"
          + "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
          + "{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

  private TokenizerFiles() {}

  static String tokenizer(Vocabulary vocabulary, ByteAlphabet alphabet) {
    return Json.object(
        List.of(
            Json.member("version", Json.quote("1.0")),
            Json.member("added_tokens", Json.array(addedTokens(vocabulary))),
            Json.member("normalizer", "null"),
            Json.member("pre_tokenizer", preTokenizer()),
            Json.member(
                "decoder",
                """
                {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, \
                "use_regex": true}"""),
            Json.member("model", model(vocabulary, alphabet))));
  }

  static String tokenizerConfig(Geometry geometry) {
    return Json.object(
        List.of(
            Json.member("bos_token", Json.quote(Vocabulary.SPECIAL_TOKENS.get(Vocabulary.BEGIN))),
            Json.member("eos_token", Json.quote(Vocabulary.SPECIAL_TOKENS.get(Vocabulary.END))),
            Json.member("chat_template", Json.quote(CHAT_TEMPLATE)),
            Json.member("model_max_length", geometry.contextLength())));
  }

  private static List<String> addedTokens(Vocabulary vocabulary) {
    return vocabulary.special().stream()
        .mapToObj(
            id ->
                """
                {"id": %d, "content": %s, "special": true, "single_word": false, \
                "lstrip": false, "rstrip": false, "normalized": false}"""
                    .formatted(id, Json.quote(vocabulary.texts().get(id))))
        .toList();
  }

  private static String preTokenizer() {
    return """
    {"type": "Sequence", "pretokenizers": [
    {"type": "Split", "pattern": {"Regex": %s}, "behavior": "Isolated", "invert": false},
    {"type": "Split", "pattern": {"Regex": %s}, "behavior": "Isolated", "invert": false},
    {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]}"""
        .formatted(Json.quote(DIGITS), Json.quote(PIECES));
  }

  private static String model(Vocabulary vocabulary, ByteAlphabet alphabet) {
    List<String> tokens = new ArrayList<>();
    for (int id = 0; id < vocabulary.texts().size(); id++) {
      String text = vocabulary.texts().get(id);
      tokens.add(Json.member(vocabulary.special().get(id) ? text : alphabet.encode(text), id));
    }
    List<String> merges = new ArrayList<>();
    for (BytePairs.Merge merge : vocabulary.merges()) {
      String left = alphabet.encode(vocabulary.symbolText(merge.left()));
      String right = alphabet.encode(vocabulary.symbolText(merge.right()));
      merges.add(Json.quote(left + " " + right));
    }
    return Json.object(
        List.of(
            Json.member("type", Json.quote("BPE")),
            Json.member("unk_token", "null"),
            Json.member("fuse_unk", "false"),
            Json.member("byte_fallback", "false"),
            Json.member("vocab", Json.object(tokens)),
            Json.member("merges", Json.array(merges))));
  }
}
