/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import com.sun.management.ThreadMXBean;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkDescriptor;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.Deadline;
import io.terrace.spi.KeyChain;
import io.terrace.spi.KvTier;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierContext;
import io.terrace.spi.WriteResult;
import io.terrace.spi.config.Settings;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the tier adds to the SDK: chunks through the tier, and the same bytes through the client
 * that the tier uses, in turns, in one process. {@code terrace bench bucket} starts it:
 *
 * <pre>BucketBench ROUNDS MIB_A_ROUND MIB,MIB.. AT_ONCE,AT_ONCE.. OPTION=VALUE..</pre>
 *
 * <p>Prints a line for each measurement: {@code put|get tier|bare MiB atOnce bytes nanos
 * heapBytes}. Works below a prefix of its own, and removes what it wrote.
 */
final class BucketBench {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int FEWEST_CALLS = 2;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final S3Settings settings;
  private final KvTier tier;
  private final S3Clients clients;
  private final BareClient bare;
  private final long roundBytes;

  private BucketBench(Settings options, long roundBytes) {
    settings = S3TierProvider.values(options);
    tier = new S3TierProvider().open(options, new NoContext());
    clients = new S3Clients(settings, new Counters());
    bare = new BareClient(settings, clients);
    this.roundBytes = roundBytes;
  }

  private record NoContext() implements TierContext {
    @Override
    public long pageBudgetBytes() {
      return 0;
    }

    @Override
    public void evicted(ChunkKey key) {}
  }

  /** One chunk of a payload that all share. */
  private record Named(ChunkDescriptor descriptor, String object) {}

  static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    long roundBytes = Long.parseLong(arguments[1]) << 20;
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 4; i < arguments.length; i++) {
      String[] option = arguments[i].split("=", 2);
      options.put(option[0], option[1]);
    }
    options.merge("prefix", "", (given, none) -> given + "/");
    options.compute("prefix", (name, prefix) -> prefix + "bench-" + UUID.randomUUID() + "/");
    Settings settings = Settings.of(new S3TierProvider().options(), options);
    BucketBench bench = new BucketBench(settings, roundBytes);
    try {
      for (int round = 0; round <= rounds; round++) {
        for (String size : arguments[2].split(",", -1)) {
          for (String atOnce : arguments[3].split(",", -1)) {
            bench.measure(Integer.parseInt(size), Integer.parseInt(atOnce), round > 0);
          }
        }
      }
    } finally {
      bench.tier.close();
      bench.bare.close();
      bench.clients.close();
    }
  }

  /** Writes and reads the same number of chunks both ways, and removes them. */
  private void measure(int mebibytes, int atOnce, boolean counted) throws Exception {
    long bytes = (long) mebibytes << 20;
    int calls = (int) Math.max((long) FEWEST_CALLS * atOnce, roundBytes / bytes);
    List<Named> ofTier = names(mebibytes, calls);
    List<Named> ofBare = names(mebibytes, calls);
    try (Arena arena = Arena.ofShared();
        ExecutorService callers = Executors.newFixedThreadPool(atOnce)) {
      MemorySegment header = arena.allocate(Chunk.HEADER_BYTES, Chunk.HEADER_BYTES);
      MemorySegment payload = random(arena, bytes);
      List<MemorySegment> targets = new ArrayList<>();
      for (int i = 0; i < atOnce; i++) {
        targets.add(arena.allocate(bytes + Chunk.HEADER_BYTES, Chunk.HEADER_BYTES));
      }
      bare.prepare(header, payload);
      Run run = new Run(callers, atOnce, mebibytes, calls, counted);
      run.time("put tier", i -> write(ofTier.get(i), header, payload));
      run.time("put bare", i -> bare.put(ofBare.get(i).object()));
      run.time("get tier", i -> read(ofTier.get(i), targets.get(i % atOnce)));
      run.time("get bare", i -> bare.get(ofBare.get(i).object(), targets.get(i % atOnce)));
      for (Named each : ofTier) {
        tier.remove(each.descriptor().key(), Deadline.after(PATIENCE));
      }
      for (Named each : ofBare) {
        bare.remove(each.object());
      }
    }
  }

  private List<Named> names(int mebibytes, int count) {
    KeyChain chain = new KeyChain();
    byte[] fingerprint = new byte[ChunkKey.BYTES];
    new SplittableRandom().nextBytes(fingerprint);
    ChunkKey root = chain.root(fingerprint);
    PageGeometry geometry = new PageGeometry(mebibytes, 1, 512, 256, DataType.F32);
    List<Named> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] tokens = new int[256];
      tokens[0] = i;
      ChunkKey key = chain.next(root, tokens, 0, tokens.length);
      ChunkDescriptor descriptor = new ChunkDescriptor(key, root, 0, 256, geometry);
      names.add(new Named(descriptor, settings.names().prefix() + "bare/" + key.hex()));
    }
    return names;
  }

  private static MemorySegment random(Arena arena, long bytes) {
    SplittableRandom random = new SplittableRandom(1);
    MemorySegment memory = arena.allocate(bytes, Chunk.HEADER_BYTES);
    for (long at = 0; at < bytes; at += Long.BYTES) {
      memory.set(ValueLayout.JAVA_LONG, at, random.nextLong());
    }
    return memory;
  }

  private boolean write(Named chunk, MemorySegment header, MemorySegment payload) throws Exception {
    Chunk bytes = Chunk.ofBytes(chunk.descriptor(), header, payload);
    return tier.write(bytes, Deadline.after(PATIENCE)) == WriteResult.STORED;
  }

  private boolean read(Named chunk, MemorySegment target) throws Exception {
    ReadOutcome outcome =
        tier.read(
            chunk.descriptor().key(),
            (header, payloadBytes) -> target.asSlice(0, payloadBytes),
            Deadline.after(PATIENCE));
    return outcome == ReadOutcome.FOUND;
  }

  /** A number of calls, some at once. */
  private record Run(
      ExecutorService callers, int atOnce, int mebibytes, int calls, boolean counted) {
    @FunctionalInterface
    interface Call {
      boolean at(int index) throws Exception;
    }

    void time(String what, Call call) throws Exception {
      List<Callable<Boolean>> works = new ArrayList<>();
      for (int caller = 0; caller < atOnce; caller++) {
        int first = caller;
        works.add(
            () -> {
              boolean good = true;
              for (int i = first; i < calls; i += atOnce) {
                good &= call.at(i);
              }
              return good;
            });
      }
      long heap = THREADS.getTotalThreadAllocatedBytes();
      long start = System.nanoTime();
      for (Future<Boolean> each : callers.invokeAll(works)) {
        if (!each.get()) {
          throw new IllegalStateException(what + ": a chunk did not come, or was there before");
        }
      }
      long nanos = System.nanoTime() - start;
      long heapBytes = THREADS.getTotalThreadAllocatedBytes() - heap;
      if (counted) {
        System.out.printf(
            "%s %d %d %d %d %d%n",
            what, mebibytes, atOnce, ((long) mebibytes << 20) * calls, nanos, heapBytes / calls);
      }
    }
  }
}
