/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs once, shortly: whether it runs, not how fast. */
final class BenchmarksRunTest {
  private static final String NEEDS_ITS_OWN_JVM = "DecodeStepTaxBenchmark|TokenizerBenchmark";

  @Test
  void everyBenchmarkRuns() throws RunnerException {
    Set<String> ran = new TreeSet<>();
    collect(run(once(0).exclude(NEEDS_ITS_OWN_JVM)), ran);
    collect(run(once(1).include(NEEDS_ITS_OWN_JVM)), ran);
    Set<String> all = new TreeSet<>();
    for (BenchmarkListEntry benchmark :
        BenchmarkList.defaultList()
            .getAll(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                List.of())) {
      all.add(benchmark.getUsername());
    }
    assertThat(ran).isNotEmpty().isEqualTo(all);
  }

  private static ChainedOptionsBuilder once(int forks) {
    return new OptionsBuilder()
        .forks(forks)
        .warmupIterations(0)
        .measurementIterations(1)
        .measurementTime(TimeValue.milliseconds(10))
        .param("chunks", "1")
        .param("others", "10")
        .param("known", "1")
        .param("slabs", "1")
        .param("positions", "1")
        .param("pages", "1")
        .param("payloads", "1")
        .param("letters", "40")
        .jvmArgsAppend("-XX:TieredStopAtLevel=1")
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
  }

  private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
    return new Runner(options.build()).run();
  }

  private static void collect(Collection<RunResult> results, Set<String> names) {
    results.forEach(result -> names.add(result.getParams().getBenchmark()));
  }
}
