/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.soak.SoakOutcome;
import io.terrace.cli.soak.SoakProgress;
import io.terrace.cli.soak.SoakReference;
import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** {@code terrace bench soak}: makes the model, starts server and programs, collects. */
final class Soak {
  private static final long MODEL_SEED = 20_260_101;
  private static final Duration DEADLINE = Duration.ofMillis(500);
  private static final double REFERENCE_SHARE = 0.1;
  private static final long LEAST_REFERENCE_MILLIS = 4_000;
  private static final long MOST_REFERENCE_MILLIS = 30_000;
  private static final int NOTE_EVERY = 10;

  private final Installation installation;
  private final Path models;
  private final double minutes;
  private final long seed;
  private final int threads;
  private final Progress progress;

  /**
   * @param models where the model is kept
   */
  Soak(
      Installation installation,
      Path models,
      double minutes,
      long seed,
      int threads,
      Progress progress) {
    this.installation = installation;
    this.models = models;
    this.minutes = minutes;
    this.seed = seed;
    this.threads = threads;
    this.progress = progress;
  }

  /** In a short one each kind is to strike once, in a long one tiers are to be well in between. */
  private Duration every() {
    return minutes >= SoakVerdict.LONG_MINUTES ? Duration.ofMillis(2500) : Duration.ofMillis(1000);
  }

  SoakFigures run() {
    Path model = model();
    try (BucketServer server = BucketServer.start(TierSpec.parse("s3", null), installation);
        SoakJvms jvms = new SoakJvms(installation, server.options(), DEADLINE, every())) {
      try {
        return run(model, jvms);
      } catch (CliException e) {
        jvms.keepLogs();
        throw e;
      }
    }
  }

  private Path model() {
    try {
      return SampleModels.cached(
          models.resolve("sample-models"),
          Geometry.tinyFullHeads(),
          MODEL_SEED,
          ProgressListener.NONE);
    } catch (IOException e) {
      throw CliException.badInput(
          "--cache=" + models + ": a model cannot be made there: " + Messages.why(e));
    }
  }

  private SoakFigures run(Path model, SoakJvms jvms) {
    long millis = Math.round(minutes * 60_000);
    long alone =
        Math.clamp(
            (long) (millis * REFERENCE_SHARE), LEAST_REFERENCE_MILLIS, MOST_REFERENCE_MILLIS);
    progress.phase("Answering all prompts without reuse");
    jvms.refer(arguments("reference", model, jvms, alone));
    SoakReference reference = jvms.reference();
    progress.phase("Soak of " + minutes + " minutes, seed " + seed);
    List<String> arguments = arguments("soak", model, jvms, millis);
    SoakOutcome outcome = jvms.soak(arguments, seed, this::tell);
    progress.phase("");
    SoakFigures figures =
        new SoakFigures(
            minutes,
            seed,
            threads,
            installation.jlamaVersion(),
            reference.operations(),
            Machine.jdk(),
            Machine.cpu(),
            DEADLINE.toMillis(),
            reference.times(),
            outcome);
    if (!SoakVerdict.problems(figures).isEmpty()) {
      jvms.keepLogs();
      progress.note("The logs of both programs: " + jvms.logs());
    }
    return figures;
  }

  private List<String> arguments(String mode, Path model, SoakJvms jvms, long millis) {
    return List.of(
        mode,
        model.toString(),
        jvms.referenceFile().toString(),
        String.valueOf(seed),
        String.valueOf(threads),
        String.valueOf(millis),
        String.valueOf(DEADLINE.toMillis()),
        jvms.stores().toString());
  }

  private void tell(int second, SoakProgress now) {
    String line =
        String.format(
            Locale.ROOT,
            "%s requests, %d bad, %s faults, %.0f %% of tokens reused",
            Messages.grouped(now.requests()),
            now.bad(),
            Messages.grouped(now.faults()),
            100 * now.tokenShare());
    progress.detail(line);
    if (second % NOTE_EVERY == 0) {
      progress.note(second + " s: " + line);
    }
  }
}
