/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Chunk;
import io.terrace.spi.Lease;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.WriteResult;
import io.terrace.spi.eviction.LeastRecentlyUsed;
import io.terrace.spi.kit.RecordingSink;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Hundreds of operations in any order: the tier does what its model does, and loses no page. */
final class CpuTierPropertyTest {
  private static final int CAPACITY = 7 * 64 + 10;

  /** Which chunk follows which: a bushy tree of 24 chunks below the root 0. */
  private static int parentOf(int number) {
    return number / 3;
  }

  enum Action {
    WRITE,
    WRITE_AND_KEEP,
    REPLACE,
    LEASE,
    RELEASE,
    READ,
    CONTAINS,
    REMOVE,
    RECLAIM
  }

  record Step(Action action, int number) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Action> actions =
        Arbitraries.frequency(
            Tuple.of(8, Action.WRITE),
            Tuple.of(3, Action.WRITE_AND_KEEP),
            Tuple.of(2, Action.REPLACE),
            Tuple.of(4, Action.LEASE),
            Tuple.of(6, Action.RELEASE),
            Tuple.of(3, Action.READ),
            Tuple.of(2, Action.CONTAINS),
            Tuple.of(1, Action.REMOVE),
            Tuple.of(1, Action.RECLAIM));
    return Combinators.combine(actions, Arbitraries.integers().between(1, 24))
        .as(Step::new)
        .list()
        .ofMinSize(20)
        .ofMaxSize(400);
  }

  @Property(tries = 200)
  void doesWhatItsModelDoes(@ForAll("steps") List<Step> steps) {
    Run run = new Run();
    steps.forEach(run::step);
    run.end();
  }

  /** One tier beside its model. */
  private static final class Run {
    private final RecordingContext context = new RecordingContext();
    private final CpuTier tier =
        new CpuTier(CAPACITY, new LeastRecentlyUsed(), InstantSource.system(), context);
    private final TierModel model = new TierModel(CAPACITY);
    private final List<FakePage> made = new ArrayList<>();
    private final List<Page> held = new ArrayList<>();

    Run() {
      context.watch(tier);
    }

    void step(Step step) {
      int number = step.number();
      switch (step.action()) {
        case WRITE -> write(number, false).release();
        case WRITE_AND_KEEP -> held.add(write(number, false));
        case REPLACE -> write(number, true).release();
        case LEASE -> lease(number);
        case RELEASE -> releaseOne(number);
        case READ -> read(number);
        case CONTAINS ->
            assertThat(tier.contains(Chunks.key(number), Chunks.SOON))
                .isEqualTo(model.contains(number));
        case REMOVE -> {
          model.remove(number);
          tier.remove(Chunks.key(number), Chunks.SOON);
        }
        case RECLAIM -> {
          long expected = model.reclaim(number * 20L);
          assertThat(tier.reclaim(number * 20L)).isEqualTo(expected);
        }
      }
      assertThat(context.evicted()).isEqualTo(model.evicted().stream().map(Chunks::key).toList());
      assertThat(tier.usedBytes()).isEqualTo(model.usedBytes()).isLessThanOrEqualTo(CAPACITY);
    }

    private FakePage write(int number, boolean replaces) {
      PageGeometry geometry = number % 5 == 0 ? Chunks.LARGE : Chunks.SMALL;
      FakePage page = new FakePage(geometry, number);
      made.add(page);
      int parent = parentOf(number);
      WriteResult expected = model.write(number, parent, page, replaces);
      Chunk chunk =
          replaces ? Chunks.tail(number, parent, 4, page) : Chunks.chunk(number, parent, page);
      assertThat(tier.write(chunk, Chunks.SOON)).isEqualTo(expected);
      return page;
    }

    private void lease(int number) {
      Lease lease = tier.lease(Chunks.key(number), Chunks.SOON);
      assertThat(lease != null).isEqualTo(model.use(number));
      if (lease != null) {
        assertThat(lease.page()).isSameAs(model.page(number));
        held.add(lease.page());
      }
    }

    private void releaseOne(int number) {
      if (!held.isEmpty()) {
        held.remove(number % held.size()).release();
      }
    }

    private void read(int number) {
      RecordingSink sink = new RecordingSink();
      ReadOutcome outcome = tier.read(Chunks.key(number), sink, Chunks.SOON);
      if (!model.use(number)) {
        assertThat(outcome).isEqualTo(ReadOutcome.MISSING);
        return;
      }
      assertThat(outcome).isEqualTo(ReadOutcome.FOUND);
      assertThat(sink.payload()).hasSize(number % 5 == 0 ? 128 : 64).containsOnly(number);
    }

    void end() {
      tier.close();
      for (FakePage page : made) {
        long readers = held.stream().filter(each -> each == page).count();
        assertThat((long) page.references()).isEqualTo(readers);
      }
    }
  }
}
