/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import io.terrace.jlama.tokenizer.TokenizerSpec.Kind;
import io.terrace.jlama.tokenizer.TokenizerSpec.Normalization;
import io.terrace.jlama.tokenizer.TokenizerSpec.PreTokenization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Random small tokenizers over few characters, so that rules compete, and texts for them. The
 * characters: letters; the space in its three disguises; digits and an apostrophe for the regular
 * expressions; the characters that the bytes of e-acute are when taken for characters; a decomposed
 * accent; an emoji and its two halves; control characters; texts that Jlama itself prints, "null"
 * and the question mark.
 */
final class TokenizerSpecs {
  static final List<String> CHARACTERS =
      List.of(
          "a",
          "b",
          "s",
          " ",
          "\u2581",
          "\u0120",
          "0",
          "7",
          "'",
          "\u00e9",
          "\u00c3",
          "\u00a9",
          "e\u0301",
          "\ud83d\ude00",
          "\ud83d",
          "\ude00",
          "\n",
          "\t",
          "\u0000",
          "\u0100",
          "?",
          "null",
          "\u4e2d",
          ".");

  private static final String UNKNOWN = "<unk>";
  private static final List<String> ADDED =
      List.of("<|x|>", "ab", "a", "abs", "\u2581a", "\ud83d\ude00", "s", "0");

  private TokenizerSpecs() {}

  /** A merge of two texts by index; whether its result is in the vocabulary; as list or string. */
  private record Merge(int left, int right, boolean resultKnown, boolean asList) {}

  /** How the vocabulary is numbered and what it holds besides texts. */
  private record Ids(
      int first, int byteTokens, int unknown, boolean letters, List<Integer> added) {}

  static Arbitrary<TokenizerSpec> specs() {
    Arbitrary<List<String>> texts = texts(1, 3).list().uniqueElements().ofMinSize(4).ofMaxSize(24);
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            texts,
            merges(),
            ids(),
            Arbitraries.of(true, false),
            Arbitraries.of(PreTokenization.class),
            Arbitraries.of(Normalization.class),
            Arbitraries.of(true, false).injectNull(0.4))
        .as(
            (kind, base, merges, ids, byteFallback, pre, normal, legacy) -> {
              List<String> known = new ArrayList<>(base);
              if (ids.letters) {
                Stream.of("a", "b", "s").filter(c -> !known.contains(c)).forEach(known::add);
              }
              List<Object> keys = keys(merges, known);
              Map<String, Long> vocabulary = number(known, ids);
              return new TokenizerSpec(
                  kind,
                  vocabulary,
                  keys,
                  byteFallback,
                  ids.unknown == 0 ? null : UNKNOWN,
                  added(ids, vocabulary),
                  pre,
                  normal,
                  legacy);
            });
  }

  /** Texts of the characters and added tokens, of any characters, and of ASCII. */
  static Arbitrary<String> prompts() {
    List<String> parts = new ArrayList<>(CHARACTERS);
    parts.addAll(ADDED);
    return Arbitraries.oneOf(
        Arbitraries.of(parts).list().ofMaxSize(40).map(list -> String.join("", list)),
        Arbitraries.of("a", "b", " ", "s").list().ofMaxSize(60).map(list -> String.join("", list)),
        Arbitraries.strings().all().ofMaxLength(20),
        Arbitraries.strings().ascii().ofMaxLength(40));
  }

  private static Arbitrary<String> texts(int minimum, int maximum) {
    return Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.of("a", "b", " ", "s")),
            Tuple.of(2, Arbitraries.of(CHARACTERS)))
        .list()
        .ofMinSize(minimum)
        .ofMaxSize(maximum)
        .map(list -> String.join("", list));
  }

  private static Arbitrary<List<Merge>> merges() {
    Arbitrary<Integer> index = Arbitraries.integers().between(0, 10_000);
    return Combinators.combine(
            index,
            index,
            Arbitraries.frequency(Tuple.of(5, true), Tuple.of(1, false)),
            Arbitraries.of(true, false))
        .as(Merge::new)
        .list()
        .ofMaxSize(40);
  }

  private static Arbitrary<Ids> ids() {
    return Combinators.combine(
            Arbitraries.of(0, 3, 200, 217, 1000),
            Arbitraries.integers().between(0, 2),
            Arbitraries.integers().between(0, 2),
            Arbitraries.of(true, false),
            Arbitraries.integers()
                .between(0, ADDED.size() - 1)
                .list()
                .uniqueElements()
                .ofMaxSize(3))
        .as(Ids::new);
  }

  /** The merge keys, and their results added to the known texts. */
  private static List<Object> keys(List<Merge> merges, List<String> known) {
    List<Object> keys = new ArrayList<>();
    for (Merge merge : merges) {
      String left = known.get(merge.left % known.size());
      String right = known.get(merge.right % known.size());
      keys.add(merge.asList ? List.of(left, right) : left + " " + right);
      if (merge.resultKnown
          && !known.contains(left + right)
          && left.length() + right.length() < 12) {
        known.add(left + right);
      }
    }
    return keys;
  }

  private static Map<String, Long> number(List<String> known, Ids ids) {
    Map<String, Long> vocabulary = new LinkedHashMap<>();
    long next = ids.first;
    List<String> all = new ArrayList<>(known);
    if (ids.unknown == 2) {
      all.add(0, UNKNOWN);
    }
    for (int b = 0; b < 256 && ids.byteTokens > 0; b++) {
      all.add(ids.byteTokens == 1 ? b : all.size(), "<0x%02X>".formatted(b));
    }
    for (String text : all) {
      vocabulary.put(text, next++);
    }
    return vocabulary;
  }

  private static Map<String, Integer> added(Ids ids, Map<String, Long> vocabulary) {
    Map<String, Integer> added = new LinkedHashMap<>();
    for (int i : ids.added) {
      Long known = vocabulary.get(ADDED.get(i));
      added.put(ADDED.get(i), known == null ? 5000 + i : known.intValue());
    }
    return added;
  }
}
