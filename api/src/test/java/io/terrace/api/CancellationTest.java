/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class CancellationTest {
  @Test
  void isAskedWhileTheWorkRunsAndNotOutside() throws Exception {
    AtomicBoolean wish = new AtomicBoolean();
    assertThat(Terrace.isCancelled()).isFalse();
    String result =
        Terrace.callCancellable(
            wish::get,
            () -> {
              assertThat(Terrace.isCancelled()).isFalse();
              wish.set(true);
              assertThat(Terrace.isCancelled()).isTrue();
              return "done";
            });
    assertThat(result).isEqualTo("done");
    assertThat(Terrace.isCancelled()).isFalse();
  }

  @Test
  void theOuterWishCountsInside() throws Exception {
    AtomicBoolean outer = new AtomicBoolean();
    boolean[] seen =
        Terrace.callCancellable(
            outer::get,
            () ->
                Terrace.callCancellable(
                    () -> false,
                    () -> {
                      boolean before = Terrace.isCancelled();
                      outer.set(true);
                      return new boolean[] {before, Terrace.isCancelled()};
                    }));
    assertThat(seen).containsExactly(false, true);
  }

  @Test
  void anotherThreadIsNotMeant() throws Exception {
    FutureTask<Boolean> elsewhere = new FutureTask<>(Terrace::isCancelled);
    Terrace.callCancellable(
        () -> true,
        () -> {
          Thread.ofPlatform().start(elsewhere);
          return elsewhere.get();
        });
    assertThat(elsewhere.get()).isFalse();
  }

  @Test
  void whatTheWorkThrowsIsThrown() {
    IOException failure = new IOException("as it is");
    assertThatThrownBy(
            () ->
                Terrace.callCancellable(
                    () -> false,
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThatThrownBy(
            () ->
                Terrace.callCancellable(
                    () -> true,
                    () -> {
                      throw new RequestCancelled();
                    }))
        .isInstanceOf(RequestCancelled.class)
        .hasMessageContaining("cancelled by its caller");
  }
}
