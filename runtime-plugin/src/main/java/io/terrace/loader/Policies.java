/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.EvictionPolicy;
import io.terrace.spi.EvictionPolicyProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.eviction.EvictionPolicies;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Eviction policies that are installed where tiers are, for whichever tier names one. */
public final class Policies {
  private final List<EvictionPolicyProvider> found = new ArrayList<>();

  private Policies() {}

  /** Those of the agent's jar. */
  public static Policies ofThisJar() {
    Policies policies = new Policies();
    ServiceLoader.load(EvictionPolicyProvider.class, Policies.class.getClassLoader())
        .forEach(policies.found::add);
    return policies;
  }

  /** Those that some class loaders find; of two with one name the first serves. */
  static Policies of(Collection<ClassLoader> loaders, PluginLog log) {
    Policies policies = new Policies();
    for (ClassLoader loader : loaders) {
      try {
        ServiceLoader.load(EvictionPolicyProvider.class, loader).forEach(policies.found::add);
      } catch (ServiceConfigurationError | LinkageError e) {
        String line = "an eviction policy is left out, it cannot be loaded: " + e;
        log.warnOnce(line, line);
      }
    }
    return policies;
  }

  /** What a tier is given, with these. */
  public TierContext with(TierContext context) {
    return new TierContext() {
      @Override
      public long pageBudgetBytes() {
        return context.pageBudgetBytes();
      }

      @Override
      public EvictionPolicy evictionPolicy(String name, long capacityBytes) {
        return EvictionPolicies.open(name, capacityBytes, found);
      }

      @Override
      public InstantSource clock() {
        return context.clock();
      }

      @Override
      public void evicted(ChunkKey key) {
        context.evicted(key);
      }
    };
  }
}
