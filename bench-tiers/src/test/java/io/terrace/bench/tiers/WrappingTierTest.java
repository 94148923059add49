/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.Capabilities;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.Lease;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.kit.ForwardingTier;
import io.terrace.spi.kit.HostDevice;
import io.terrace.spi.kit.HostDeviceTier;
import io.terrace.spi.kit.InMemoryTier;
import io.terrace.spi.kit.RecordingContext;
import io.terrace.spi.kit.RecordingSink;
import io.terrace.spi.kit.TestChunk;
import io.terrace.spi.kit.TestChunks;
import io.terrace.spi.kit.TestPage;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What passes through to the tier that something stands round, and what does not. */
final class WrappingTierTest {
  /** Ways into memory past the calls, which nothing could make slow or faulty. */
  private static final Set<String> PAST_THE_CALLS = Set.of("lease", "devicePath", "reclaim");

  private final TestChunk chunk = new TestChunks(1).full(1);

  /** Lends its one chunk. */
  private static final class Lending extends ForwardingTier {
    private final TestChunk chunk;

    Lending(TestChunk chunk) throws Exception {
      super(new InMemoryTier(new RecordingContext()));
      this.chunk = chunk;
      write(chunk.bytes(), Deadline.NEVER);
    }

    @Override
    public Capabilities capabilities() {
      return super.capabilities().lending();
    }

    @Override
    public Lease lease(ChunkKey key, Deadline deadline) {
      TestPage page = new TestPage(chunk.descriptor().geometry());
      return new Lease(MemorySegment.ofArray(chunk.headerBytes()), page);
    }
  }

  @Test
  void neitherMemoryIsLentNorIsThereAWayPastTheCalls() throws Exception {
    KvTier inner = new HostDeviceTier(new Lending(chunk), new HostDevice());
    assertThat(inner.capabilities().lends() && inner.capabilities().direct()).isTrue();
    WrappedTier wrapped = new WrappedTier(inner, WrappingTierTest.class.getClassLoader());
    FaultClock later =
        new FaultClock(1, EnumSet.allOf(Fault.class), Duration.ofHours(1), Ticker.SYSTEM);
    for (KvTier tier :
        List.of(
            new SlowTier(wrapped, new Link(0, 1_000_000_000, Ticker.SYSTEM)),
            new FaultyTier(wrapped, later, Ticker.SYSTEM))) {
      assertThat(tier.capabilities().lends()).isFalse();
      assertThat(tier.capabilities().direct()).isFalse();
      assertThat(tier.lease(chunk.key(), Deadline.NEVER)).isNull();
      assertThat(tier.devicePath()).isNull();
      assertThat(tier.read(chunk.key(), new RecordingSink(), Deadline.NEVER))
          .isEqualTo(ReadOutcome.FOUND);
    }
  }

  @Test
  void everythingElseIsPassedOnInsideTheLoader() throws Exception {
    ClassLoader own = new URLClassLoader("own", new URL[0], null);
    List<String> calls = new ArrayList<>();
    KvTier tier = new WrappingTier(recording(own, calls), own) {};
    Set<String> wanted = new TreeSet<>();
    for (Method method : KvTier.class.getMethods()) {
      if (!Modifier.isStatic(method.getModifiers())) {
        method.invoke(tier, arguments(method));
        wanted.add(method.getName());
      }
    }
    wanted.removeAll(PAST_THE_CALLS);
    assertThat(calls).containsExactlyInAnyOrderElementsOf(wanted);
  }

  private static KvTier recording(ClassLoader own, List<String> calls) {
    return (KvTier)
        Proxy.newProxyInstance(
            KvTier.class.getClassLoader(),
            new Class<?>[] {KvTier.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("capabilities")) {
                calls.add(method.getName()); // a fact, which no library is needed for
                return Capabilities.sharedStore();
              }
              boolean inside = Thread.currentThread().getContextClassLoader() == own;
              calls.add(method.getName() + (inside ? "" : " outside"));
              return method.getReturnType() == boolean.class ? (Object) true : null;
            });
  }

  private static Object[] arguments(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(type -> type == int.class ? (Object) 1 : type == long.class ? (Object) 1L : null)
        .toArray();
  }
}
