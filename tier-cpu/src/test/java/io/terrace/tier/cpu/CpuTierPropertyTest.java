/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.KvTier;
import io.terrace.spi.Page;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.WriteResult;
import java.lang.foreign.MemorySegment;
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
    private final CpuTier tier = new CpuTier(CAPACITY, new LeastRecentlyUsed(), context);
    private final TierModel model = new TierModel(CAPACITY);
    private final List<FakePage> made = new ArrayList<>();
    private final List<Page> held = new ArrayList<>();

    Run() {
      context.watch(tier);
    }

    void step(Step step) {
      int number = step.number();
      switch (step.action()) {
        case WRITE -> write(number).release();
        case WRITE_AND_KEEP -> held.add(write(number));
        case LEASE -> lease(number);
        case RELEASE -> releaseOne(number);
        case READ -> read(number);
        case CONTAINS ->
            assertThat(tier.contains(Chunks.key(number))).isEqualTo(model.contains(number));
        case REMOVE -> {
          model.remove(number);
          tier.remove(Chunks.key(number));
        }
        case RECLAIM -> {
          long expected = model.reclaim(number * 20L);
          assertThat(tier.reclaim(number * 20L)).isEqualTo(expected);
        }
      }
      assertThat(context.evicted()).isEqualTo(model.evicted().stream().map(Chunks::key).toList());
      assertThat(tier.usedBytes()).isEqualTo(model.usedBytes()).isLessThanOrEqualTo(CAPACITY);
    }

    private FakePage write(int number) {
      PageGeometry geometry = number % 5 == 0 ? Chunks.LARGE : Chunks.SMALL;
      FakePage page = new FakePage(geometry, number);
      made.add(page);
      int parent = parentOf(number);
      WriteResult expected = model.write(number, parent, page);
      assertThat(tier.write(Chunks.chunk(number, parent, geometry), page)).isEqualTo(expected);
      return page;
    }

    private void lease(int number) {
      Page page = tier.lease(Chunks.key(number));
      assertThat(page != null).isEqualTo(model.use(number));
      if (page != null) {
        assertThat(page).isSameAs(model.page(number));
        held.add(page);
      }
    }

    private void releaseOne(int number) {
      if (!held.isEmpty()) {
        held.remove(number % held.size()).release();
      }
    }

    private void read(int number) {
      byte[] target = new byte[128];
      long read = tier.read(Chunks.key(number), MemorySegment.ofArray(target));
      if (!model.use(number)) {
        assertThat(read).isEqualTo(KvTier.MISS);
        return;
      }
      assertThat(read).isEqualTo(number % 5 == 0 ? 128 : 64);
      assertThat(target[(int) read - 1]).isEqualTo((byte) number);
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
