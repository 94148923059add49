/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Shapes of traffic that policies are known to win or lose on. */
enum Traffic {
  /** Documents by their fame, and a question of one's own. */
  POPULAR(
      maker -> {
        List<int[]> documents = maker.documents(1_000);
        return i -> maker.then(maker.popular(documents), 1);
      }),
  /** One after the other, again and again. */
  LOOP(
      maker -> {
        List<int[]> documents = maker.documents(300);
        return i -> documents.get(i % documents.size());
      }),
  /** Other documents are popular from time to time. */
  CHANGES(
      maker -> {
        List<List<int[]>> sets = IntStream.range(0, 8).mapToObj(i -> maker.documents(200)).toList();
        return i -> maker.then(maker.popular(sets.get(i / 500 % sets.size())), 2);
      }),
  /** Wanted by how long ago alone: nothing is better than LRU. */
  LAST_ONES(
      maker -> {
        List<int[]> all = new ArrayList<>();
        return i -> {
          int back = (int) Math.pow(1 - maker.random.nextDouble(), -1 / 0.6);
          boolean isOld = maker.random.nextInt(10) < 7 && back <= all.size();
          all.add(isOld ? all.get(all.size() - back) : maker.document(20));
          return all.getLast();
        };
      }),
  /** Conversations, of which any may go on. */
  TURNS(
      maker -> {
        List<int[]> open = new ArrayList<>();
        return i -> {
          boolean goesOn = !open.isEmpty() && maker.random.nextBoolean();
          int[] prompt =
              goesOn
                  ? maker.then(open.remove(maker.random.nextInt(open.size())), 4)
                  : maker.document(20);
          if (maker.random.nextInt(10) < 7) {
            open.add(prompt);
          }
          if (open.size() > 100) {
            open.removeFirst();
          }
          return prompt;
        };
      }),
  /** A few that many want, and others that are wanted a few times at once and never again. */
  BURSTS(
      maker -> {
        List<int[]> hot = maker.documents(60);
        List<int[]> waiting = new ArrayList<>();
        return i -> {
          int dice = maker.random.nextInt(10);
          if (dice < 5 && !waiting.isEmpty()) {
            return waiting.removeFirst();
          }
          if (dice < 7) {
            return maker.then(hot.get(maker.random.nextInt(hot.size())), 1);
          }
          int[] fresh = maker.document(30);
          IntStream.range(0, maker.random.nextInt(4)).forEach(j -> waiting.add(fresh));
          return fresh;
        };
      });

  @SuppressWarnings("ImmutableEnumChecker") // lambdas that hold nothing
  private final Function<Maker, IntFunction<int[]>> shape;

  Traffic(Function<Maker, IntFunction<int[]>> shape) {
    this.shape = shape;
  }

  /** So many prompts, as blocks. */
  List<int[]> prompts(int count, long seed) {
    return IntStream.range(0, count).mapToObj(shape.apply(new Maker(seed))).toList();
  }

  /** Makes prompts of new blocks. */
  private static final class Maker {
    private final Random random;
    private int blocks;

    Maker(long seed) {
      random = new Random(seed);
    }

    int[] document(int most) {
      return then(new int[0], 1 + random.nextInt(most));
    }

    List<int[]> documents(int count) {
      return IntStream.range(0, count).mapToObj(i -> document(20)).toList();
    }

    int[] then(int[] prompt, int more) {
      int begin = blocks;
      blocks += more;
      return IntStream.concat(IntStream.of(prompt), IntStream.range(begin, blocks)).toArray();
    }

    int[] popular(List<int[]> documents) {
      double place = Math.pow(documents.size(), random.nextDouble());
      return documents.get((int) place - 1);
    }
  }
}
