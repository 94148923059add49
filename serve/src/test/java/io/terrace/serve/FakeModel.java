/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model whose tokens are words, and whose answers a test decides. It computes one prompt for each
 * permit that the test gives.
 */
final class FakeModel implements LanguageModel {
  static final String NAME = "fake/words";
  static final int CONTEXT = 100;

  /** What answers a prompt. */
  @FunctionalInterface
  interface Behaviour {
    Generated answer(Prompt prompt, int maxTokens, Listener listener);
  }

  final Semaphore prefills = new Semaphore(1_000_000);
  final CountDownLatch begun = new CountDownLatch(1);
  final CountDownLatch brokenOff = new CountDownLatch(1);
  final AtomicInteger sent = new AtomicInteger();
  final ConcurrentLinkedQueue<String> announced = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<String> computed = new ConcurrentLinkedQueue<>();
  volatile Behaviour behaviour = says("Hello", " world", "!");
  volatile float temperature = -1;

  /** Ends its answer by itself behind some tokens. */
  static Behaviour says(String... tokens) {
    return (prompt, maxTokens, listener) -> {
      int most = Math.min(maxTokens, tokens.length);
      for (int i = 0; i < most; i++) {
        if (!listener.token(tokens[i])) {
          return new Generated(End.LISTENER, i + 1, 0);
        }
      }
      return most < tokens.length
          ? new Generated(End.LENGTH, most, 3)
          : new Generated(End.MODEL, most + 1, 3);
    };
  }

  /** Says the same token until it is told to end. */
  Behaviour says(String token, int times) {
    return (prompt, maxTokens, listener) -> {
      for (int i = 0; i < times; i++) {
        sent.incrementAndGet();
        if (!listener.token(token) || listener.isCancelled()) {
          brokenOff.countDown();
          return new Generated(End.LISTENER, i + 1, 0);
        }
      }
      return new Generated(End.MODEL, times + 1, 0);
    };
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int contextTokens() {
    return CONTEXT;
  }

  @Override
  public Prompt chat(List<ChatMessage> messages) {
    return text(JlamaModel.plain(messages));
  }

  @Override
  public Prompt text(String text) {
    String[] words = text.isBlank() ? new String[0] : text.strip().split("\\s+");
    return new Prompt(text, Arrays.stream(words).mapToInt(String::hashCode).toArray());
  }

  @Override
  public void announce(Prompt prompt) {
    announced.add(prompt.text());
  }

  @Override
  public Generated generate(Prompt prompt, int maxTokens, float wanted, Listener listener) {
    temperature = wanted;
    begun.countDown();
    computed.add(prompt.text());
    while (!permitted()) {
      if (listener.isCancelled()) {
        brokenOff.countDown();
        return new Generated(End.LISTENER, 0, 0);
      }
    }
    return behaviour.answer(prompt, maxTokens, listener);
  }

  private boolean permitted() {
    try {
      return prefills.tryAcquire(5, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a worker was interrupted", e);
    }
  }

  @Override
  public void close() {}
}
