/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama.tokenizer;

import java.util.Arrays;

/** A growing list of token ids. Not thread-safe. */
final class IdList {
  private long[] ids;
  private int size;

  IdList(int expectedIds) {
    this.ids = new long[Math.max(16, expectedIds)];
  }

  void add(long id) {
    makeRoom(1);
    ids[size++] = id;
  }

  void addAll(long[] more) {
    makeRoom(more.length);
    System.arraycopy(more, 0, ids, size, more.length);
    size += more.length;
  }

  private void makeRoom(int more) {
    int wanted = Math.addExact(size, more);
    if (wanted > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(wanted, ids.length + (ids.length >> 1)));
    }
  }

  long[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}
