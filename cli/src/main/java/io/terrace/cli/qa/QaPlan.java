/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run.
 *
 * @param addresses asked in turn, as behind a load balancer; each ends in {@code /v1}
 * @param time questions are asked so long; null for until {@link QaRun#stop()}
 * @param logInterval between two interim summaries
 * @param warmUpTokens most tokens of each answer of the warm-up
 * @param shareGpt what users ask; null for made up questions
 */
public record QaPlan(
    Workload workload,
    List<URI> addresses,
    @Nullable Duration time,
    Duration logInterval,
    int warmUpTokens,
    @Nullable ShareGpt shareGpt) {

  /** Tokens that LMCache's client asks for in its warm-up. */
  public static final int WARM_UP_TOKENS = 100;

  /** Checks that there is an address. */
  public QaPlan {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("QaPlan.addresses is empty");
    }
  }

  /**
   * An address as users write it; {@code /v1} may be left out.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static URI address(String text) {
    URI address = URI.create(text.replaceAll("/+$", ""));
    String scheme = String.valueOf(address.getScheme());
    if (!(scheme.equals("http") || scheme.equals("https")) || address.getHost() == null) {
      throw new IllegalArgumentException(text + " is no address of HTTP");
    }
    boolean bare = address.getPath().isEmpty();
    return bare ? URI.create(address + "/v1") : address;
  }

  Script script(int userId) {
    return shareGpt == null
        ? Prompts.script(workload.answerTokens())
        : shareGpt.script(userId - workload.firstUserId(), workload.answerTokens());
  }
}
