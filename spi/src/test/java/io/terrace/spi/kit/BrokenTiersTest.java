/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.KvTier;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.TierContext;
import io.terrace.spi.format.ChunkHeader;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The contract finds each broken tier by the right rule, and every rule finds a broken tier. */
@Execution(ExecutionMode.CONCURRENT) // broken tiers are waited for until they are given up
final class BrokenTiersTest {
  /** A race shows in most runs; on a machine that is busy it may take some. */
  private static final int MOST_RUNS = 3;

  /** An engine runs the contract in the thread that it is started in. */
  private static final ThreadLocal<BrokenTier> TESTED = new ThreadLocal<>();

  static Stream<BrokenTier> brokenTiers() {
    return BrokenTiers.all().stream();
  }

  @ParameterizedTest
  @MethodSource("brokenTiers")
  void isFoundByItsRules(BrokenTier broken) {
    TESTED.set(broken);
    Set<Integer> found = new TreeSet<>();
    for (int i = 0; i < MOST_RUNS && !found.containsAll(broken.rules()); i++) {
      found.addAll(failedRules());
    }
    assertThat(found).as(broken.name()).containsAll(broken.rules());
    found.removeAll(broken.maybe());
    assertThat(found).as(broken.name()).isEqualTo(broken.rules());
  }

  private static Set<Integer> failedRules() {
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(OneBrokenTier.class))
            .execute()
            .testEvents();
    assertThat(tests.started().count()).isGreaterThan(50);
    return tests.failed().stream()
        .map(event -> rule(event.getTestDescriptor().getDisplayName()))
        .collect(Collectors.toSet());
  }

  @Test
  void everyRuleFindsABrokenTier() {
    Set<Integer> rules =
        Arrays.stream(KvTierContract.class.getMethods())
            .map(Method::getName)
            .filter(name -> name.startsWith("rule_"))
            .map(BrokenTiersTest::rule)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(rules).hasSizeGreaterThan(70);
    BrokenTiers.all().forEach(broken -> rules.removeAll(broken.rules()));
    assertThat(rules).as("rules that no broken tier breaks").isEmpty();
  }

  private static int rule(String method) {
    return Integer.parseInt(method.substring("rule_".length(), "rule_".length() + 3));
  }

  /** The contract of the broken tier that is tested now: not run by itself. */
  static final class OneBrokenTier extends KvTierContract {
    private final BrokenTier broken = Objects.requireNonNull(TESTED.get());
    private final InMemoryStore store = new InMemoryStore();

    @Override
    protected KvTier open(TierContext context) {
      return broken.opener().open(this::right, context);
    }

    private KvTier right(TierContext context) {
      return broken.keepsPages() ? new InMemoryPageTier(context) : new InMemoryTier(store, context);
    }

    @Override
    protected @Nullable KvTier reopen(TierContext context) {
      return broken.keepsPages() ? null : open(context);
    }

    @Override
    protected KvTier openWithRoomFor(int chunks, TierContext context) {
      return broken.opener().open(given -> bounded(chunks, given), context);
    }

    private KvTier bounded(int chunks, TierContext context) {
      long page = TestChunks.SMALL.pageBytes();
      return broken.keepsPages()
          ? new InMemoryPageTier(context, chunks * page)
          : new InMemoryTier(new InMemoryStore(chunks * (ChunkHeader.BYTES + page)), context);
    }

    @Override
    protected boolean damage(ChunkKey key, UnaryOperator<byte[]> change) {
      return store.damage(key, change);
    }

    @Override
    protected boolean setBroken(boolean isBroken) {
      store.setBroken(isBroken);
      return !broken.keepsPages();
    }

    @Override
    protected TestDevice device() {
      return BrokenTier.DEVICE;
    }

    @Override
    protected PageGeometry largest() {
      return new PageGeometry(4, 4, 64, 256, DataType.F32); // 2 MiB
    }

    @Override
    protected int rounds() {
      return 60;
    }

    @Override
    protected Duration patience() {
      return Duration.ofSeconds(5);
    }
  }
}
