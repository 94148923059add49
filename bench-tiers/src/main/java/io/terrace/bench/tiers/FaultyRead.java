/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.bench.tiers;

import io.terrace.bench.tiers.Donors.Donor;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chunk that may become another one between a tier and a sink. Used as one sink is. */
final class FaultyRead implements ChunkSink {
  private static final List<Fault> OF_HEADER = List.of(Fault.HEADER_DAMAGED, Fault.HEADER_CUT);
  private static final List<Fault> OF_PAYLOAD =
      with(OF_HEADER, Fault.PAYLOAD_CUT, Fault.PAYLOAD_DAMAGED);
  private static final List<Fault> OF_WHOLE =
      with(OF_PAYLOAD, Fault.OTHER_TOKENS, Fault.OTHER_CHUNK, Fault.OTHER_PAYLOAD);

  private final ChunkSink sink;
  private final FaultClock clock;
  private final Donors donors;
  private @Nullable MemorySegment memory;
  private @Nullable MemorySegment standsIn; // for the payload
  private boolean flips;
  private boolean cut;

  FaultyRead(ChunkSink sink, FaultClock clock, Donors donors) {
    this.sink = sink;
    this.clock = clock;
    this.donors = donors;
  }

  @Override
  public @Nullable MemorySegment accept(MemorySegment header, long payloadBytes) {
    memory = accepted(header, payloadBytes);
    return cut ? null : memory;
  }

  private static List<Fault> with(List<Fault> faults, Fault... more) {
    List<Fault> all = new ArrayList<>(faults);
    all.addAll(List.of(more));
    return List.copyOf(all);
  }

  private @Nullable MemorySegment accepted(MemorySegment bytes, long payloadBytes) {
    ChunkHeader header = new ChunkHeader(bytes);
    boolean whole = header.fault(payloadBytes) == null && header.kind() == ChunkKind.FULL;
    Donor donor = whole ? donors.of(header, payloadBytes) : null;
    Fault due = clock.due(donor != null ? OF_WHOLE : payloadBytes > 0 ? OF_PAYLOAD : OF_HEADER);
    if (due == null) {
      return sink.accept(bytes, payloadBytes);
    }
    return donor == null || OF_PAYLOAD.contains(due)
        ? damaged(due, bytes, payloadBytes)
        : replaced(due, donor, header, payloadBytes);
  }

  private @Nullable MemorySegment damaged(Fault fault, MemorySegment header, long payloadBytes) {
    MemorySegment given;
    switch (fault) {
      case HEADER_DAMAGED -> {
        MemorySegment copy = Arena.ofAuto().allocate(header.byteSize(), Long.BYTES);
        given = sink.accept(flipped(copy.copyFrom(header)), payloadBytes);
      }
      case HEADER_CUT -> {
        cut = true;
        given = sink.accept(header.asSlice(0, clock.draw(header.byteSize())), 0);
      }
      case PAYLOAD_CUT -> {
        cut = true;
        given = sink.accept(header, clock.draw(payloadBytes));
      }
      default -> {
        given = sink.accept(header, payloadBytes);
        flips = given != null;
        if (!flips) {
          return null; // nobody wants the payload: the fault strikes another one
        }
      }
    }
    clock.struck(fault);
    return given;
  }

  private @Nullable MemorySegment replaced(
      Fault fault, Donor donor, ChunkHeader header, long payloadBytes) {
    MemorySegment shown =
        switch (fault) {
          case OTHER_TOKENS -> donor.under(header);
          case OTHER_CHUNK -> donor.header().memory();
          default -> header.memory();
        };
    MemorySegment given = sink.accept(shown, payloadBytes);
    if (fault != Fault.OTHER_PAYLOAD || given != null) {
      clock.struck(fault);
    }
    standsIn = donor.payload();
    return given;
  }

  private MemorySegment flipped(MemorySegment bytes) {
    long bit = clock.draw(8 * bytes.byteSize());
    byte before = bytes.get(ValueLayout.JAVA_BYTE, bit / 8);
    bytes.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (before ^ 1 << (bit % 8)));
    return bytes;
  }

  /**
   * The read is over.
   *
   * @param outcome as the tier says
   * @return as the sink's owner is to be told
   */
  ReadOutcome end(ReadOutcome outcome) {
    MemorySegment given = memory;
    if (given == null) {
      return outcome;
    }
    if (standsIn != null) {
      given.copyFrom(standsIn);
    } else if (flips) {
      flipped(given);
    }
    return ReadOutcome.FOUND; // also of what was cut: whoever took it gets what is there
  }
}
