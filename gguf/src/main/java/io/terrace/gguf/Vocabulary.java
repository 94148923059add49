/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A byte-level BPE tokenizer.
 *
 * @param tokens by id, in GPT-2's alphabet of bytes
 * @param merges pairs of tokens with a space between, by rank
 * @param added ids of tokens that are found before text is cut into words, and whether they are
 *     hidden from answers (control tokens)
 * @param ends tokens that end an answer, the first of them under its name in the template
 */
record Vocabulary(
    List<String> tokens,
    List<String> merges,
    TreeMap<Integer, Boolean> added,
    PreTokenizer preTokenizer,
    int begin,
    List<Integer> ends,
    Optional<String> chatTemplate) {
  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final String MERGES = "tokenizer.ggml.merges";
  private static final String MODEL = "tokenizer.ggml.model";

  /** Values of llama.cpp's llama_token_type. */
  private static final int UNKNOWN = 2;

  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;

  static Vocabulary of(Metadata metadata) throws GgufException {
    String model = metadata.text(MODEL);
    if (!model.equals("gpt2")) {
      throw new GgufException(
          MODEL + " is " + model + "; only byte-level BPE (gpt2) can be converted");
    }
    List<String> tokens = tokens(metadata);
    List<String> merges = metadata.texts(MERGES);
    for (String merge : merges) {
      int space = merge.indexOf(' ');
      if (space < 1 || space != merge.lastIndexOf(' ') || space == merge.length() - 1) {
        throw new GgufException(
            MERGES + " has \"" + merge + "\"; wanted are two tokens with a space between");
      }
    }
    String pre = "tokenizer.ggml.pre";
    return new Vocabulary(
        tokens,
        merges,
        added(metadata, tokens.size()),
        PreTokenizer.named(pre, metadata.text(pre)),
        token(metadata, "tokenizer.ggml.bos_token_id", tokens.size()),
        ends(metadata, tokens.size()),
        metadata.textIfPresent("tokenizer.chat_template"));
  }

  private static List<String> tokens(Metadata metadata) throws GgufException {
    List<String> tokens = metadata.texts(TOKENS);
    int stated = metadata.integer("llama.vocab_size", 1, Integer.MAX_VALUE, tokens.size());
    if (tokens.isEmpty() || tokens.size() != stated) {
      throw new GgufException(
          TOKENS + " has " + tokens.size() + " elements, llama.vocab_size is " + stated);
    }
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      Integer first = ids.putIfAbsent(tokens.get(id), id);
      if (first != null) {
        throw new GgufException(
            TOKENS + " has \"" + tokens.get(id) + "\" twice, as " + first + " and as " + id);
      }
    }
    return tokens;
  }

  private static TreeMap<Integer, Boolean> added(Metadata metadata, int count)
      throws GgufException {
    Value types = metadata.integers("tokenizer.ggml.token_type", count);
    TreeMap<Integer, Boolean> added = new TreeMap<>();
    for (int id = 0; id < count; id++) {
      long type = types.integer(id);
      if (type == CONTROL || type == UNKNOWN || type == USER_DEFINED) {
        added.put(id, type != USER_DEFINED);
      }
    }
    return added;
  }

  /** Answers end with the end of the text or, where there is one, of the turn. */
  private static List<Integer> ends(Metadata metadata, int count) throws GgufException {
    int end = token(metadata, "tokenizer.ggml.eos_token_id", count);
    int endOfTurn = metadata.integer("tokenizer.ggml.eot_token_id", 0, count - 1, end);
    return endOfTurn == end ? List.of(end) : List.of(end, endOfTurn);
  }

  private static int token(Metadata metadata, String key, int count) throws GgufException {
    return metadata.integer(key, 0, count - 1);
  }
}
