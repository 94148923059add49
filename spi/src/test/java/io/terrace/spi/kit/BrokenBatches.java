/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static io.terrace.spi.kit.BrokenTier.bytes;

import io.terrace.spi.ChunkKey;
import io.terrace.spi.ChunkSink;
import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.ReadRequest;
import io.terrace.spi.TierException;
import java.util.ArrayList;
import java.util.List;

/** Tiers that read batches wrong. */
final class BrokenBatches {
  private BrokenBatches() {}

  static List<BrokenTier> all() {
    return List.of(
        bytes("mixes up the memory of a batch", MixesUp::new, 341, 344),
        bytes("tells a request twice", TellsTwice::new, 342),
        bytes("tells what is behind a miss when it closes", TellsLate::new, 343, 344),
        bytes("makes up what is behind a miss", MakesUp::new, 344, 347),
        bytes("lets a sink break a batch", Breaks::new, 345),
        bytes("calls a refused request missing", RefusedIsMissing::new, 346),
        bytes("calls missing what cannot be read", FailedIsMissing::new, 347));
  }

  /** A request that is told by way of something else. */
  private static class Told implements ReadRequest {
    final ReadRequest request;

    Told(ReadRequest request) {
      this.request = request;
    }

    @Override
    public ChunkKey key() {
      return request.key();
    }

    @Override
    public ChunkSink sink() {
      return request.sink();
    }

    @Override
    public void done(ReadOutcome outcome) {
      request.done(outcome);
    }

    @Override
    public void failed(TierException failure) {
      request.failed(failure);
    }
  }

  /** Reads one after the other, each request changed before. */
  private abstract static class Changed extends ForwardingTier {
    Changed(KvTier right) {
      super(right);
    }

    @Override
    public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
      List<ReadRequest> changed = new ArrayList<>();
      requests.forEach(request -> changed.add(change(request, requests)));
      right.readAll(changed, deadline);
    }

    abstract ReadRequest change(ReadRequest request, List<? extends ReadRequest> all);
  }

  private static final class MixesUp extends Changed {
    MixesUp(KvTier right) {
      super(right);
    }

    @Override
    ReadRequest change(ReadRequest request, List<? extends ReadRequest> all) {
      boolean swap = all.size() == 6 && all.indexOf(request) < 2;
      ChunkSink sink = swap ? all.get(1 - all.indexOf(request)).sink() : request.sink();
      return new Told(request) {
        @Override
        public ChunkSink sink() {
          return sink;
        }
      };
    }
  }

  private static final class TellsTwice extends Changed {
    TellsTwice(KvTier right) {
      super(right);
    }

    @Override
    ReadRequest change(ReadRequest request, List<? extends ReadRequest> all) {
      return new Told(request) {
        @Override
        public void done(ReadOutcome outcome) {
          request.done(outcome);
          request.done(outcome);
        }
      };
    }
  }

  private static final class TellsLate extends ForwardingTier {
    private final List<ReadRequest> late = new ArrayList<>();

    TellsLate(KvTier right) {
      super(right);
    }

    @Override
    public void readAll(List<? extends ReadRequest> requests, Deadline deadline) {
      boolean[] useful = {true};
      for (ReadRequest request : requests) {
        if (!useful[0]) {
          late.add(request);
          continue;
        }
        ReadRequest told =
            new Told(request) {
              @Override
              public void done(ReadOutcome outcome) {
                useful[0] = outcome != ReadOutcome.MISSING;
                request.done(outcome);
              }
            };
        right.readAll(List.of(told), deadline);
      }
    }

    @Override
    public void close() {
      late.forEach(request -> request.done(ReadOutcome.MISSING));
      late.clear();
      super.close();
    }
  }

  private static final class MakesUp extends Changed {
    MakesUp(KvTier right) {
      super(right);
    }

    @Override
    ReadRequest change(ReadRequest request, List<? extends ReadRequest> all) {
      boolean last = all.indexOf(request) > 3;
      return new Told(request) {
        @Override
        public void done(ReadOutcome outcome) {
          request.done(last ? ReadOutcome.FOUND : outcome);
        }
      };
    }
  }

  private static final class Breaks extends Changed {
    Breaks(KvTier right) {
      super(right);
    }

    @Override
    ReadRequest change(ReadRequest request, List<? extends ReadRequest> all) {
      return new Told(request) {
        @Override
        public void failed(TierException failure) {
          if (failure.getCause() instanceof UnsupportedOperationException e) {
            throw e;
          }
          request.failed(failure);
        }
      };
    }
  }

  private static final class RefusedIsMissing extends Changed {
    RefusedIsMissing(KvTier right) {
      super(right);
    }

    @Override
    ReadRequest change(ReadRequest request, List<? extends ReadRequest> all) {
      return new Told(request) {
        @Override
        public void done(ReadOutcome outcome) {
          request.done(outcome == ReadOutcome.REFUSED ? ReadOutcome.MISSING : outcome);
        }
      };
    }
  }

  private static final class FailedIsMissing extends Changed {
    FailedIsMissing(KvTier right) {
      super(right);
    }

    @Override
    ReadRequest change(ReadRequest request, List<? extends ReadRequest> all) {
      return new Told(request) {
        @Override
        public void failed(TierException failure) {
          if (failure.getCause() == null) {
            request.done(ReadOutcome.MISSING);
          } else {
            request.failed(failure);
          }
        }
      };
    }
  }
}
