/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import com.github.tjake.jlama.safetensors.tokenizer.TokenizerModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Every pair of symbols that merges, with the rank of the merge and the symbol it yields. Immutable
 * and complete, so a pair that is not found never merges.
 */
final class MergeTable {
  /*
   * Jlama looks a pair up as the text "left right". A text with more than one space is the key of
   * more than one pair ("a b c" of "a" + "b c" and of "a b" + "c"), with one rank for all of them.
   * So each key is cut at each of its spaces, and each cut is a pair if both sides are texts of
   * symbols and the vocabulary holds the two joined. A pair comes from one key only: its two texts
   * spell that key.
   *
   * Open addressing with linear probing, key and value side by side, at most two thirds full.
   */

  /** What {@link #find} returns for a pair that does not merge. */
  static final long NONE = -1;

  private final int[] textNumbers;
  private final long[] table;
  private final int shift;

  MergeTable(TokenizerModel model, SymbolIndex index) {
    this.textNumbers = index.textNumbers();
    List<long[]> rules = new ArrayList<>(model.merges.size());
    for (Map.Entry<String, Long> merge : model.merges.entrySet()) {
      addRules(merge.getKey(), merge.getValue().intValue(), index, rules);
    }
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(rules.size() + rules.size() / 2 + 1);
    this.shift = Long.SIZE - bits;
    this.table = new long[2 << bits];
    Arrays.fill(table, NONE);
    for (long[] rule : rules) {
      int slot = slot(rule[0]);
      table[slot] = rule[0];
      table[slot + 1] = rule[1];
    }
  }

  private static void addRules(String key, int rank, SymbolIndex index, List<long[]> rules) {
    for (int cut = key.indexOf(' '); cut >= 0; cut = key.indexOf(' ', cut + 1)) {
      String leftText = key.substring(0, cut);
      String rightText = key.substring(cut + 1);
      Integer left = index.textNumber(leftText);
      Integer right = index.textNumber(rightText);
      Integer merged = index.symbolOfVocabulary(leftText + rightText);
      if (left != null && right != null && merged != null) {
        rules.add(new long[] {pack(left, right), pack(rank, merged)});
      }
    }
  }

  /**
   * Checks that all ranks fit into the packed form, as they do in any model read from a file.
   *
   * @throws IllegalArgumentException with the merge that does not
   */
  static void requireKnownRanks(TokenizerModel model) {
    for (Map.Entry<String, Long> merge : model.merges.entrySet()) {
      Long rank = merge.getValue();
      if (rank == null || rank < 0 || rank > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "merge \"%s\" has rank %s, wanted 0 to %d"
                .formatted(merge.getKey(), rank, Integer.MAX_VALUE));
      }
    }
  }

  /** The packed rank and merged symbol of a pair, or {@link #NONE}. */
  long find(int left, int right) {
    return table[slot(pack(textNumbers[left], textNumbers[right])) + 1];
  }

  static int rank(long rule) {
    return (int) (rule >>> Integer.SIZE);
  }

  static int merged(long rule) {
    return (int) rule;
  }

  private static long pack(int high, int low) {
    return ((long) high << Integer.SIZE) | low;
  }

  /** Index of the key in the table, or of the free slot where it would be. */
  private int slot(long key) {
    int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> shift) << 1;
    while (table[slot] != key && table[slot] != NONE) {
      slot = (slot + 2) & (table.length - 1);
    }
    return slot;
  }
}
