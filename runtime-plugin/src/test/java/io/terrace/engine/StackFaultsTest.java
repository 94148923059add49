/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.codec.Secrets;
import io.terrace.codec.StoredCoding;
import io.terrace.spi.Chunk;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.Deadline;
import io.terrace.spi.KeyChain;
import io.terrace.spi.WriteResult;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkFault.Kind;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.Encoding;
import io.terrace.spi.format.Protection;
import io.terrace.spi.kit.Fault;
import io.terrace.spi.kit.FaultyTier;
import io.terrace.spi.kit.InMemoryStore;
import io.terrace.spi.kit.InMemoryTier;
import io.terrace.spi.kit.Seeds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tiers that fail, hang or hold damage: a miss that is counted, and never a wrong token. */
final class StackFaultsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int[] PROMPT = IntStream.range(100, 300).toArray();

  private final InMemoryStore store = new InMemoryStore();

  private Instance instance(Duration timeout) {
    return Instance.withMemory(timeout, context -> new InMemoryTier(store, context));
  }

  private void stored() {
    try (Instance writer = instance(SOON)) {
      writer.ask(PROMPT);
      writer.flush();
    }
  }

  static ChunkKey key(int chunk) {
    KeyChain keys = new KeyChain();
    ChunkKey key = keys.root(Instance.FINGERPRINT);
    for (int i = 0; i <= chunk; i++) {
      key = keys.next(key, PROMPT, i * 32, 32);
    }
    return key;
  }

  private void damaged(int chunk, UnaryOperator<byte[]> change, Kind kind) {
    stored();
    assertThat(store.damage(key(chunk), change)).isTrue();
    try (Instance reader = instance(SOON)) {
      int reused = reader.ask(PROMPT);
      assertThat(reused).as("as far as the chunks are whole").isEqualTo(chunk * 32);
      assertThat(reader.faults()).hasSize(1);
      assertThat(reader.faults().getFirst().kind()).isEqualTo(kind);
      assertThat(reader.counters("tier1").faults(kind).sum()).isEqualTo(1);
      reader.flush();
      assertThat(reader.counters("tier1").setAside.sum()).isEqualTo(1);
      assertThat(reader.failures()).isEmpty();
    }
    try (Instance next = instance(SOON)) {
      assertThat(next.ask(PROMPT)).as("computed and stored again").isEqualTo(192);
      assertThat(next.faults()).isEmpty();
    }
  }

  static UnaryOperator<byte[]> flip(int at) {
    return bytes -> {
      byte[] changed = bytes.clone();
      changed[at] ^= 0x10;
      return changed;
    };
  }

  @Test
  void aForeignChunk() {
    damaged(2, bytes -> new byte[bytes.length], Kind.FOREIGN);
  }

  @Test
  void aFlippedBitInTheHeader() {
    damaged(1, flip(900), Kind.HEADER_DAMAGED);
  }

  @Test
  void aFlippedBitInThePayload() {
    damaged(1, flip(4096 + 4711), Kind.PAYLOAD_DAMAGED);
  }

  @Test
  void aTruncatedHeader() {
    damaged(0, bytes -> Arrays.copyOf(bytes, 100), Kind.TRUNCATED);
  }

  @Test
  void aTruncatedPayload() {
    damaged(0, bytes -> Arrays.copyOf(bytes, bytes.length - 1), Kind.TRUNCATED);
  }

  @Test
  void aPayloadThatIsTooLong() {
    damaged(3, bytes -> Arrays.copyOf(bytes, bytes.length + 1), Kind.OVERSIZED);
  }

  @Test
  void aVersionOfTomorrow() {
    damaged(
        2,
        bytes -> {
          byte[] changed = bytes.clone();
          changed[4] = 9;
          return changed;
        },
        Kind.NEWER);
  }

  @Test
  void aVersionOfYesterday() {
    damaged(
        2,
        bytes -> {
          byte[] changed = bytes.clone();
          changed[4] = 0;
          return changed;
        },
        Kind.OLDER);
  }

  @Test
  void aChunkOfAnotherModel() {
    damaged(1, rewritten(80), Kind.OTHER_MODEL);
  }

  @Test
  void aChunkOfOtherTokens() {
    damaged(1, rewritten(256), Kind.OTHER_TOKENS);
  }

  /** A byte of the header is another, and its checksum right. */
  private static UnaryOperator<byte[]> rewritten(int at) {
    return bytes -> {
      byte[] changed = flip(at).apply(bytes);
      Arrays.fill(changed, 12, 16, (byte) 0);
      CRC32C checksum = new CRC32C();
      checksum.update(changed, 0, ChunkHeader.BYTES);
      MemorySegment.ofArray(changed)
          .set(ValueLayout.JAVA_INT_UNALIGNED, 12, (int) checksum.getValue());
      return changed;
    };
  }

  @Test
  void aChunkWithoutTheProtectionThatIsRequired() {
    try (Instance writer = protectedBy(Protection.NONE, null)) {
      writer.ask(PROMPT);
      writer.flush();
    }
    Secrets secrets = Secrets.parse("test", "11".repeat(32));
    try (Instance reader = protectedBy(Protection.HMAC_SHA_256, secrets)) {
      assertThat(reader.ask(PROMPT)).isZero();
      TierCounters counters = reader.counters("tier1");
      assertThat(counters.faults(Kind.UNPROTECTED).sum()).isPositive();
      Instance.await( // a load of the request may end after it
          () -> counters.setAside.sum() == counters.faults(Kind.UNPROTECTED).sum());
      assertThat(reader.counters("tier1").faults(Kind.OTHER_SECRET).sum()).isZero();
    }
    int reused = 0;
    for (int i = 0; i < 10 && reused < 192; i++) { // each request finds a few of them
      try (Instance next = protectedBy(Protection.HMAC_SHA_256, secrets)) {
        reused = next.ask(PROMPT);
        next.flush();
      }
    }
    assertThat(reused).as("stored again, with protection").isEqualTo(192);
  }

  @Test
  void aChunkThatSomebodyForged() {
    Secrets secrets = Secrets.parse("test", "11".repeat(32));
    try (Instance writer = protectedBy(Protection.HMAC_SHA_256, secrets)) {
      writer.ask(PROMPT);
      writer.flush();
    }
    assertThat(store.damage(key(2), flip(4096 + 17))).isTrue();
    try (Instance reader = protectedBy(Protection.HMAC_SHA_256, secrets)) {
      assertThat(reader.ask(PROMPT)).isEqualTo(64);
      assertThat(reader.counters("tier1").faults(Kind.FORGED).sum()).isEqualTo(1);
      reader.flush();
      assertThat(reader.counters("tier1").setAside.sum()).isEqualTo(1);
    }
    try (Instance next = protectedBy(Protection.HMAC_SHA_256, secrets)) {
      assertThat(next.ask(PROMPT)).as("computed and stored again").isEqualTo(192);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HMAC_SHA_256", "AES_256_GCM"})
  void chunksOfAnotherSecretServeThoseWhoHaveIt(Protection protection) {
    Secrets secrets = Secrets.parse("test", "11".repeat(32));
    try (Instance writer = protectedBy(protection, secrets)) {
      writer.ask(PROMPT);
      writer.flush();
    }
    try (Instance reader = protectedBy(protection, Secrets.parse("test", "22".repeat(32)))) {
      assertThat(reader.ask(PROMPT)).isZero();
      assertThat(reader.counters("tier1").faults(Kind.OTHER_SECRET).sum()).isPositive();
      reader.flush();
      assertThat(reader.counters("tier1").setAside.sum()).isZero();
    }
    try (Instance next = protectedBy(protection, secrets)) {
      assertThat(next.ask(PROMPT)).isEqualTo(192);
    }
  }

  private Instance protectedBy(Protection protection, @Nullable Secrets secrets) {
    return Instance.withCoding(
        new StoredCoding(Encoding.RAW, 1, protection, secrets, InstantSource.system()),
        context -> new InMemoryTier(store, context));
  }

  @Test
  void anotherChunkUnderTheKey() {
    stored();
    AtomicReference<byte[]> other = new AtomicReference<>();
    store.damage(
        key(3),
        bytes -> {
          other.set(bytes.clone());
          return bytes;
        });
    damaged(2, bytes -> other.get(), Kind.OTHER_KEY);
  }

  /** It may serve those who have what this process lacks. */
  @ParameterizedTest
  @EnumSource(names = {"OTHER_SECRET", "NO_LIBRARY"})
  void aChunkThatIsNotToBlameStaysWhereItIs(Kind kind) {
    stored();
    ChunkCoding lacking = new RefusingCoding(kind);
    try (Instance reader =
        Instance.withCoding(lacking, context -> new InMemoryTier(store, context))) {
      assertThat(reader.ask(PROMPT)).isZero();
      assertThat(reader.counters("tier1").faults(kind).sum()).isPositive();
      reader.flush();
      assertThat(reader.counters("tier1").setAside.sum()).isZero();
    }
    try (Instance next = instance(SOON)) {
      assertThat(next.ask(PROMPT)).isEqualTo(192);
    }
  }

  private static final class RefusingCoding implements ChunkCoding {
    private final ChunkCoding coding = new RawCoding();
    private final Kind kind;

    RefusingCoding(Kind kind) {
      this.kind = kind;
    }

    @Override
    public boolean storesPages() {
      return false;
    }

    @Override
    public ChunkEncoder encoder() {
      return coding.encoder();
    }

    @Override
    public ChunkDecoder decoder() {
      ChunkDecoder decoder = coding.decoder();
      return new ChunkDecoder() {
        @Override
        public @Nullable ChunkFault accept(MemorySegment header, long payloadBytes) {
          return decoder.accept(header, payloadBytes);
        }

        @Override
        public ChunkHeader header() {
          return decoder.header();
        }

        @Override
        public MemorySegment target(MemorySegment page) {
          return decoder.target(page);
        }

        @Override
        public boolean isPage() {
          return false;
        }

        @Override
        public @Nullable ChunkFault verify(int checksum) {
          return new ChunkFault(kind, 0, 1, "refused");
        }

        @Override
        public @Nullable ChunkFault decode(MemorySegment page) {
          return new ChunkFault(kind, 0, 1, "refused");
        }
      };
    }
  }

  /** Every fault of the kit, often: each answer is right, and the request hears nothing. */
  @ParameterizedTest
  @EnumSource
  void anyFaultOfATier(Fault fault) {
    long seed = Seeds.get() + fault.name().length();
    Random random = new Random(seed);
    List<FaultyTier> tiers = new ArrayList<>();
    int requests = fault == Fault.HANG ? 30 : 120;
    for (int instance = 0; instance < 4; instance++) {
      Duration timeout = fault == Fault.HANG ? Duration.ofMillis(20) : SOON;
      try (Instance faulty =
          Instance.withMemory(
              timeout,
              context -> {
                FaultyTier tier =
                    new FaultyTier(new InMemoryTier(store, context), seed + tiers.size())
                        .with(fault, 0.2)
                        .withLatency(Duration.ofMillis(2));
                tiers.add(tier);
                return tier;
              })) {
        for (int i = 0; i < requests / 4; i++) {
          int[] prompt = IntStream.range(0, 40 + random.nextInt(160)).toArray();
          prompt[random.nextInt(prompt.length)] = -1 - random.nextInt(3);
          faulty.ask(prompt); // checks every position
        }
        faulty.engine().flush(Deadline.after(Duration.ofSeconds(20)));
      }
    }
    long fired = tiers.stream().mapToLong(tier -> tier.fired(fault)).sum();
    assertThat(fired).as("fired, with the seed " + seed + ": " + tiers).isPositive();
  }

  @Test
  void aTierThatGivesNoResultStoresNothing() {
    try (Instance writer =
        Instance.withMemory(
            SOON,
            context ->
                new HangingTier(store) {
                  @Override
                  @SuppressWarnings("NullAway") // what a tier in another language could do
                  public WriteResult write(Chunk chunk, Deadline deadline) {
                    return null;
                  }
                })) {
      writer.ask(PROMPT);
      writer.flush();
      assertThat(writer.counters("tier1").stored.sum()).isZero();
      assertThat(writer.counters("tier1").failures.sum()).isPositive();
    }
  }
}
