/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Whatever goes into a key changes it, and nothing else does. */
final class KeyChainPropertyTest {
  private static final ChunkKey PARENT = ChunkKey.parse("ab".repeat(32));

  private final KeyChain chain = new KeyChain();

  @Property
  void everyTokenCounts(
      @ForAll @Size(min = 1, max = 300) int[] tokens,
      @ForAll @IntRange(max = 299) int at,
      @ForAll @IntRange(max = 31) int bit) {
    int[] changed = tokens.clone();
    changed[at % tokens.length] ^= 1 << bit;
    assertThat(chain.next(PARENT, changed, 0, changed.length))
        .isNotEqualTo(chain.next(PARENT, tokens, 0, tokens.length));
  }

  @Property
  void theRangeCountsAndNotWhatLiesAroundIt(
      @ForAll @Size(min = 1, max = 300) int[] tokens,
      @ForAll @IntRange(max = 9) int before,
      @ForAll int filler) {
    int[] padded = new int[before + tokens.length + 3];
    Arrays.fill(padded, filler);
    System.arraycopy(tokens, 0, padded, before, tokens.length);
    ChunkKey key = chain.next(PARENT, tokens, 0, tokens.length);
    assertThat(chain.next(PARENT, padded, before, tokens.length)).isEqualTo(key);
    assertThat(chain.next(PARENT, padded, before, tokens.length + 1)).isNotEqualTo(key);
  }

  @Property
  void parentFingerprintAndSaltCount(
      @ForAll @Size(32) byte[] fingerprint, @ForAll @IntRange(max = 255) int bit) {
    byte[] flipped = fingerprint.clone();
    flipped[bit / 8] ^= (byte) (1 << (bit % 8));
    byte[] salt = new byte[32];
    salt[bit / 8] ^= (byte) (1 << (bit % 8));
    ChunkKey root = chain.root(fingerprint);
    int[] tokens = {1, 2, 3};
    assertThat(chain.root(flipped)).isNotEqualTo(root);
    assertThat(chain.root(fingerprint, salt)).isNotEqualTo(root);
    assertThat(chain.root(fingerprint, new byte[32])).isEqualTo(root);
    assertThat(chain.next(chain.root(flipped), tokens, 0, 3))
        .isNotEqualTo(chain.next(root, tokens, 0, 3));
    assertThat(chain.tail(root, new int[16], 0))
        .isNotEqualTo(chain.tail(chain.root(flipped), new int[16], 0));
  }

  @Property
  void aTailIsNamedByItsFirstTokens(
      @ForAll @Size(40) int[] tokens, @ForAll @IntRange(max = 39) int at) {
    int[] changed = tokens.clone();
    changed[at]++;
    ChunkKey before = chain.tail(PARENT, tokens, 0);
    boolean named = at < KeyChain.TAIL_KEY_TOKENS;
    assertThat(before.equals(chain.tail(PARENT, changed, 0))).isEqualTo(!named);
    assertThat(before).isNotEqualTo(chain.next(PARENT, tokens, 0, KeyChain.TAIL_KEY_TOKENS));
  }

  /** ("ab", "c") is not ("a", "bc"), and fingerprint and salt may not be swapped. */
  @Test
  void framingsDiffer() {
    int[] abc = {'a', 'b', 'c'};
    ChunkKey abThenC = chain.next(chain.next(PARENT, abc, 0, 2), abc, 2, 1);
    ChunkKey aThenBc = chain.next(chain.next(PARENT, abc, 0, 1), abc, 1, 2);
    assertThat(abThenC).isNotEqualTo(aThenBc).isNotEqualTo(chain.next(PARENT, abc, 0, 3));
    byte[] one = new byte[32];
    byte[] two = new byte[32];
    two[0] = 1;
    assertThat(chain.root(one, two)).isNotEqualTo(chain.root(two, one));
    int[] countLikeToken = {2, 7};
    assertThat(chain.next(PARENT, countLikeToken, 0, 2))
        .isNotEqualTo(chain.next(PARENT, new int[] {7}, 0, 1));
  }

  @Test
  void chainsInterleavedAreIndependent() {
    int[] a = {1, 2, 3, 4};
    int[] b = new int[700]; // longer than the buffer that the chain begins with
    Arrays.fill(b, 9);
    ChunkKey alone1 = new KeyChain().next(PARENT, a, 0, 4);
    ChunkKey alone2 = new KeyChain().next(alone1, a, 0, 2);
    ChunkKey long1 = new KeyChain().next(PARENT, b, 0, 700);
    ChunkKey first = chain.next(PARENT, a, 0, 4);
    ChunkKey other = chain.next(PARENT, b, 0, 700);
    ChunkKey tail = chain.tail(other, b, 0);
    ChunkKey second = chain.next(first, a, 0, 2);
    assertThat(first).isEqualTo(alone1);
    assertThat(other).isEqualTo(long1);
    assertThat(second).isEqualTo(alone2);
    assertThat(tail).isEqualTo(new KeyChain().tail(long1, b, 0));
  }

  @Test
  void whatIsNoChunkIsRefusedAndLeavesTheChainAsItWas() {
    int[] tokens = {1, 2, 3};
    ChunkKey expected = chain.next(PARENT, tokens, 0, 3);
    assertThatThrownBy(() -> chain.next(PARENT, tokens, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one token");
    assertThatThrownBy(() -> chain.next(PARENT, tokens, 1, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> chain.tail(PARENT, new int[20], 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> chain.root(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fingerprint has 32 bytes, got 31");
    assertThatThrownBy(() -> chain.root(new byte[32], new byte[33]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("salt hash has 32 bytes, got 33");
    assertThatThrownBy(() -> chain.root(new byte[32], new byte[32], new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> chain.root(new byte[33], new byte[32], new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(chain.next(PARENT, tokens, 0, 3)).isEqualTo(expected);
  }
}
