/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Deadline;
import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import java.util.List;

/** A tier that says, when it is examined, by what loader it is called and what it was told. */
public final class TestTierProvider implements KvTierProvider {
  private static final Option<String> WORD = Option.string("word", "Any.").defaultsTo("none");
  private static final Option<Boolean> PAGES =
      Option.bool("pages", "Keep pages.").defaultsTo(false);

  @Override
  public String type() {
    return "test";
  }

  @Override
  public ConfigSpec options() {
    return ConfigSpec.of(WORD, PAGES);
  }

  @Override
  public KvTier open(Settings settings, TierContext context) {
    Capabilities stores = Capabilities.sharedStore().withConcurrency(7).withAlignment(512);
    Capabilities capabilities = settings.get(PAGES) ? stores.retainingPages() : stores.lending();
    String word = settings.get(WORD) + " by " + loaderName();
    return new ForwardingTier(new InMemoryTier(new InMemoryStore(), context, capabilities)) {
      @Override
      public List<Finding> examine(Deadline deadline) {
        return List.of(Finding.good("test", word + ", " + loaderName()));
      }
    };
  }

  private static String loaderName() {
    return String.valueOf(Thread.currentThread().getContextClassLoader().getName());
  }
}
