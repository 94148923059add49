/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.spi.Capabilities;
import io.terrace.spi.Collected;
import io.terrace.spi.Deadline;
import io.terrace.spi.Finding;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierContext;
import io.terrace.spi.TierException;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A tier of type {@code stand-in} that is as sound or broken as its settings say. */
public final class StandInTier implements KvTierProvider {
  /** What the tier does when it is asked. */
  enum Mode {
    SOUND,
    SLOW,
    SICK,
    FAILS,
    BREAKS,
    HANGS,
    STUCK
  }

  private static final Option<Path> ROOT = Option.path("root", "A folder.");
  private static final Option<Mode> MODE =
      Option.choice("mode", Mode.class, "What it does.").defaultsTo(Mode.SOUND);

  @Override
  public String type() {
    return "stand-in";
  }

  @Override
  public ConfigSpec options() {
    return ConfigSpec.of(ROOT, MODE);
  }

  @Override
  public KvTier open(Settings settings, TierContext context) {
    if (!Files.isDirectory(settings.get(ROOT))) {
      throw settings.refuse(ROOT, "a folder that is there");
    }
    Mode mode = settings.get(MODE);
    InvocationHandler calls =
        (tier, method, arguments) ->
            switch (method.getName()) {
              case "capabilities" -> Capabilities.sharedStore();
              case "examine" -> examine(mode, (Deadline) arguments[0]);
              case "collect" -> collect(mode);
              case "read" -> read(mode);
              case "close" -> close(mode);
              default -> null;
            };
    return (KvTier)
        Proxy.newProxyInstance(
            StandInTier.class.getClassLoader(), new Class<?>[] {KvTier.class}, calls);
  }

  private static List<Finding> examine(Mode mode, Deadline deadline)
      throws TierException, InterruptedException {
    return switch (mode) {
      case SOUND, STUCK ->
          List.of(Finding.good("deadline", String.valueOf(deadline.remainingNanos() > 0)));
      case SLOW -> List.of(Finding.warning("reading", "by channel", "allow O_DIRECT"));
      case SICK -> List.of(Finding.bad("writing", "refused", "chmod u+w the folder"));
      case FAILS -> throw new TierException("the store does not answer");
      case BREAKS -> throw new IllegalStateException("a fault of its own");
      case HANGS -> {
        new CountDownLatch(1).await();
        yield List.of();
      }
    };
  }

  private static Collected collect(Mode mode) throws TierException {
    return switch (mode) {
      case SOUND -> new Collected(1234, 5L << 30);
      case FAILS -> throw new TierException("the store does not answer");
      case BREAKS -> throw new IllegalStateException("a fault of its own");
      default -> Collected.NOTHING;
    };
  }

  private static @Nullable ReadOutcome read(Mode mode) throws TierException {
    return switch (mode) {
      case SICK -> null;
      case FAILS -> throw new TierException("the store does not answer");
      case BREAKS -> throw new IllegalStateException("a fault of its own");
      default -> ReadOutcome.MISSING;
    };
  }

  private static @Nullable Object close(Mode mode) {
    if (mode == Mode.STUCK) {
      throw new IllegalStateException("its door is stuck");
    }
    return null;
  }
}
