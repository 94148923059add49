/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs in a JVM of its own, on a class path of Jlama and this package, with the agent. Prints one
 * line of JSON a second, {@code {"progress":…}}, and at its end {@code {"outcome":…}}.
 *
 * <p>Arguments: {@code reference} or {@code soak}; the model's folder; the file of the reference,
 * which the one writes and the other reads; the seed; threads; how many milliseconds they ask; of
 * {@code soak} also how many milliseconds a tier may take, and the folder of what tiers store.
 */
public final class SoakProgram {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PROGRESS_MILLIS = 1_000;

  private final PrintStream out;
  private final SoakModel model;
  private final Path reference;
  private final Duration time;
  private final SoakTasks tasks;
  private final Requests requests;

  private SoakProgram(PrintStream out, String[] arguments) {
    this.out = out;
    model = SoakModel.load(Path.of(arguments[1]));
    reference = Path.of(arguments[2]);
    long seed = Long.parseLong(arguments[3]);
    time = Duration.ofMillis(Long.parseLong(arguments[5]));
    tasks = SoakTasks.of(seed);
    requests = new Requests(model, tasks, seed, Integer.parseInt(arguments[4]));
  }

  /** Ends the JVM: Jlama's threads would keep it alive. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // whatever else is printed belongs into the log
    SoakProgram program = new SoakProgram(out, arguments);
    if (arguments[0].equals("reference")) {
      program.refer();
    } else {
      Duration deadline = Duration.ofMillis(Long.parseLong(arguments[6]));
      program.soak(deadline, Path.of(arguments[7]));
    }
    System.exit(0);
  }

  private void refer() throws IOException, InterruptedException {
    List<SoakAnswer> answers = new ArrayList<>();
    for (SoakTask task : tasks.all()) { // which warms the compiler up as well
      answers.add(model.answer(task));
    }
    Stopwatch stopwatch = new Stopwatch();
    Comparison itself =
        new Comparison(
            new SoakReference(SoakModel.operations(), answers, stopwatch.times()), Duration.ZERO);
    requests.run(
        time,
        new Requests.Listener() {
          @Override
          public void answered(SoakTask task, SoakAnswer answer, double millis) {
            itself.answered(task, answer, millis);
            stopwatch.took(task.tokens(), millis);
          }

          @Override
          public void computed(SoakTask task, double millis) {
            stopwatch.took(task.tokens(), millis);
          }

          @Override
          public void failed(SoakTask task, Throwable failure) {
            itself.failed(task, failure);
          }
        });
    if (itself.different() > 0) {
      throw new IllegalStateException(
          itself.different()
              + " answers differ without any reuse: Jlama is not reproducible here, with "
              + SoakModel.operations()
              + "\n"
              + String.join("\n", itself.examples()));
    }
    new SoakReference(SoakModel.operations(), answers, stopwatch.times()).write(reference);
  }

  private void soak(Duration deadline, Path stores) throws Exception {
    Comparison comparison = new Comparison(SoakReference.read(reference), deadline);
    requests.runAll(comparison);
    comparison.begin();
    Plans plans = Plans.record();
    Thread teller = Thread.ofPlatform().daemon().start(() -> tell(comparison, plans));
    requests.run(time, comparison);
    teller.interrupt();
    teller.join();
    plans.close();
    PluginFigures figures = PluginFigures.now(); // tiers that are closed count no more
    Path pageFiles = model.workingFolder().orElseThrow();
    model.close();
    PluginEnd end = PluginEnd.of(pageFiles, stores);
    print("outcome", comparison.outcome(plans.hits(), figures, end));
  }

  private void tell(Comparison comparison, Plans plans) {
    try {
      while (true) {
        Thread.sleep(PROGRESS_MILLIS);
        long faults = PluginFigures.now().faults();
        print("progress", comparison.progress(faults, plans.hits().tokenShare()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the time is over
    } catch (IOException e) {
      throw new IllegalStateException("figures that have no JSON", e);
    }
  }

  private void print(String kind, Object content) throws IOException {
    out.println(JSON.writeValueAsString(Map.of(kind, content)));
  }
}
