/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.device;

/** See {@link ComputeSide#HOST}. */
final class HostSide implements ComputeSide {
  @Override
  public void put(int index, KvPage host, int positions) {}

  @Override
  public void written(int index, int positions) {}

  @Override
  public void forget(int from) {}

  @Override
  public void endPass(int from, int to) {}

  @Override
  public void spill(int end) {}

  @Override
  public boolean isSpilling() {
    return false;
  }

  @Override
  public int hosted(int computed) {
    return computed;
  }

  @Override
  public void settle() {}

  @Override
  public void share() {}

  @Override
  public void clear() {}
}
