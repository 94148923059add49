/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.kit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.spi.Deadline;
import io.terrace.spi.ReadOutcome;
import io.terrace.spi.TierException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules 34x: reading several chunks at once. */
interface BatchRules extends Rules {
  /** The chunks 0 to 5, of which only some are stored. */
  private List<TestChunk> stored(int... numbers) throws TierException {
    List<TestChunk> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(bench().chunks().full(i));
    }
    for (int number : numbers) {
      bench().store(all.get(number));
    }
    return all;
  }

  private static List<RecordingRequest> requests(List<TestChunk> chunks) {
    List<RecordingRequest> requests = new ArrayList<>();
    chunks.forEach(chunk -> requests.add(new RecordingRequest(chunk.key(), new RecordingSink())));
    return requests;
  }

  private void read(List<RecordingRequest> requests, Deadline deadline) {
    bench().tier().readAll(requests, deadline);
  }

  private static Object end(RecordingRequest request) {
    String check = "that every request is told its end once, and before the batch returns";
    Expect.that(!request.ends().isEmpty(), "a request was not told its end", check);
    return request.ends().getFirst();
  }

  private static void expectFound(TestChunk chunk, RecordingRequest request, String check) {
    Expect.same(ReadOutcome.FOUND, end(request), "the end of a request", check);
    TierBench.expectContent(chunk, (RecordingSink) request.sink(), check);
  }

  @Test
  default void rule_341_aBatchReadsAllChunks() throws Exception {
    List<TestChunk> chunks = stored(0, 1, 2, 3, 4, 5);
    List<RecordingRequest> requests = requests(chunks);
    read(requests, bench().inTime());
    for (int i = 0; i < chunks.size(); i++) {
      expectFound(chunks.get(i), requests.get(i), "that each chunk goes into its own memory");
    }
  }

  @Test
  default void rule_342_eachRequestIsToldOnce() throws Exception {
    List<RecordingRequest> requests = requests(stored(0, 1, 3));
    read(requests, bench().inTime());
    bench().tier().close();
    String check = "that no request is told again by a retry, or when the tier closes";
    for (RecordingRequest request : requests) {
      Expect.that(request.ends().size() <= 1, "told several ends: " + request.ends(), check);
    }
  }

  @Test
  default void rule_343_eachRequestIsToldBeforeTheBatchReturns() throws Exception {
    List<RecordingRequest> requests = requests(stored(0, 1, 3));
    read(requests, bench().inTime());
    for (RecordingRequest request : requests) {
      Expect.that(
          !request.ends().isEmpty(),
          "a batch returned before a request was told its end",
          "that readAll waits for its threads, also for those behind a miss");
    }
  }

  @Test
  default void rule_344_behindAMissNothingIsMadeUp() throws Exception {
    List<TestChunk> chunks = stored(0, 1, 3, 5);
    List<RecordingRequest> requests = requests(chunks);
    read(requests, bench().inTime());
    String check = "that a chunk is missing or whole, wherever in the batch it stands";
    expectFound(chunks.get(0), requests.get(0), check);
    expectFound(chunks.get(1), requests.get(1), check);
    Expect.same(ReadOutcome.MISSING, end(requests.get(2)), "what is not here", check);
    for (int i = 3; i < chunks.size(); i++) {
      if (end(requests.get(i)) != ReadOutcome.MISSING) {
        Expect.that(i != 4, "made up: " + end(requests.get(i)), check);
        expectFound(chunks.get(i), requests.get(i), check);
      }
    }
  }

  @Test
  default void rule_345_aSinkThatThrowsFailsItsOwnRequest() throws Exception {
    List<TestChunk> chunks = stored(0, 1, 2);
    ThrowingSink sink = new ThrowingSink();
    List<RecordingRequest> requests = requests(chunks.subList(0, 3));
    requests.set(1, new RecordingRequest(chunks.get(1).key(), sink));
    String check = "that readAll catches what a sink throws and tells the request";
    try {
      read(requests, bench().inTime());
    } catch (RuntimeException e) {
      throw new AssertionError("a batch threw " + e + ". Check " + check + ".", e);
    }
    expectFound(chunks.get(0), requests.get(0), check);
    Expect.that(
        end(requests.get(1)) instanceof TierException e && e.getCause() == sink.thrown(),
        "a sink threw, and its request was told " + end(requests.get(1)),
        check);
    end(requests.get(2));
  }

  @Test
  default void rule_346_aSinkThatRefusesIsTold() throws Exception {
    List<TestChunk> chunks = stored(0, 1);
    List<RecordingRequest> requests = new ArrayList<>();
    requests.add(new RecordingRequest(chunks.get(0).key(), new RecordingSink()));
    requests.add(new RecordingRequest(chunks.get(1).key(), (header, bytes) -> null));
    read(requests, bench().inTime());
    String check = "that null from a sink ends its request as refused";
    expectFound(chunks.get(0), requests.get(0), check);
    Expect.same(ReadOutcome.REFUSED, end(requests.get(1)), "a request that refused", check);
  }

  @Test
  default void rule_347_aBatchThatCannotBeReadTellsEveryRequest() throws Exception {
    List<TestChunk> chunks = stored(0, 1, 2);
    List<RecordingRequest> late = requests(chunks);
    read(late, TierBench.OVER);
    expectTruth(chunks, late);
    assumeTrue(bench().contract().setBroken(true), "the store cannot be broken (hook setBroken)");
    List<RecordingRequest> broken = requests(chunks);
    try {
      read(broken, bench().inTime());
    } finally {
      bench().contract().setBroken(false);
    }
    expectTruth(chunks, broken);
  }

  private static void expectTruth(List<TestChunk> chunks, List<RecordingRequest> requests) {
    Object first = end(requests.getFirst());
    String check = "that a store that cannot be read in time is no miss";
    Expect.that(first != ReadOutcome.MISSING, "a chunk that is here was called missing", check);
    for (int i = 0; i < requests.size(); i++) {
      if (end(requests.get(i)) == ReadOutcome.FOUND) {
        expectFound(chunks.get(i), requests.get(i), "that what is called found is found");
      }
    }
  }
}
