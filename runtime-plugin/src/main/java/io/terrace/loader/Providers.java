/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.config.TierOptions;
import io.terrace.install.AgentFolder;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The providers that one class loader knows of. One that cannot be used is told of and left out: it
 * may be one that nobody asks for.
 */
final class Providers {
  static final String SERVICE_FILE = "META-INF/services/" + KvTierProvider.class.getName();
  private static final String NO_SUBTYPE = "not a subtype"; // in ServiceLoader's messages

  // A class path that cannot be read fails again and again.
  private static final int MOST_FAILURES = 100;

  private final ClassLoader loader;
  private final String place;
  private final PluginLog log;
  private int failures;

  /**
   * @param place what is looked through, for messages
   */
  Providers(ClassLoader loader, String place, PluginLog log) {
    this.loader = loader;
    this.place = place;
    this.log = log;
  }

  /** Whether one was left out. */
  boolean failed() {
    return failures > 0;
  }

  /**
   * Finds them, in the loader's order.
   *
   * @param where says where a class was found
   * @param context the context class loader of the tiers' calls; null for the thread's own
   */
  List<FoundTier> find(Function<Class<?>, String> where, @Nullable ClassLoader context) {
    List<FoundTier> found = new ArrayList<>();
    Iterator<ServiceLoader.Provider<KvTierProvider>> all =
        ServiceLoader.load(KvTierProvider.class, loader).stream().iterator();
    boolean more = true;
    while (more && failures < MOST_FAILURES) {
      try {
        more = all.hasNext();
        if (more) {
          ServiceLoader.Provider<KvTierProvider> next = all.next();
          found.add(check(next.get(), where.apply(next.type()), context));
        }
      } catch (RuntimeException | Error e) {
        failures++;
        leftOut(e);
      }
    }
    return found;
  }

  private static FoundTier check(
      KvTierProvider provider, String where, @Nullable ClassLoader context) {
    String type = provider.type();
    ConfigSpec options = provider.options();
    String broken = null;
    if (type == null || !TierOptions.isName(type)) {
      broken = "its type is '" + type + "', wanted small letters, digits and dashes";
    } else if (options == null) {
      broken = "it declares no options, wanted a ConfigSpec";
    } else {
      for (Option<?> common : TierOptions.SPEC.options()) {
        if (options.option(common.name()).isPresent()) {
          broken = "it declares the option '" + common.name() + "', which every tier has";
        }
      }
    }
    if (broken != null) {
      throw new IllegalStateException(provider.getClass().getName() + ": " + broken);
    }
    return new FoundTier(type, provider, where, context);
  }

  private void leftOut(Throwable failure) {
    String what = String.valueOf(failure.getMessage());
    Class<?> second = what.endsWith(NO_SUBTYPE) ? secondContract() : null;
    String line =
        second == null
            ? "a tier is left out, it cannot be loaded: "
                + place
                + ": "
                + failure
                + because(failure)
            : "a tier is refused: "
                + what.substring(what.indexOf(": ") + 2, what.length() - NO_SUBTYPE.length())
                + "is bound to a second copy of io.terrace.spi, in "
                + AgentFolder.sourceOf(second)
                + ": give terrace-spi the scope 'provided', so that it gets the agent's copy";
    log.warnOnce(line, line); // two loaders may know of one provider
  }

  private static String because(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root == failure ? "" : ": " + root;
  }

  /** The contract as the loader's own classes see it, if that is another class than ours. */
  private @Nullable Class<?> secondContract() {
    try {
      Class<?> seen = Class.forName(KvTierProvider.class.getName(), false, loader);
      return seen == KvTierProvider.class ? null : seen;
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }
}
