/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.JlamaProgram.Description;
import io.terrace.cli.JlamaProgram.Rendered;
import io.terrace.cli.Measurement.Row;
import io.terrace.cli.PromptCutter.Prompts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code terrace demo}: chooses, prepares, measures, reports. */
final class Demo {
  /** A new question may be longer than the first one by a few tokens. */
  private static final int SPARE_TOKENS = 32;

  private final DemoOptions options;
  private final Installation installation;
  private final PrintWriter out;
  private final Progress progress;

  Demo(DemoOptions options, Installation installation, PrintWriter out, Progress progress) {
    this.options = options;
    this.installation = installation;
    this.out = out;
    this.progress = progress;
  }

  /** Returns the exit status. */
  int run() {
    Document document = Document.load(options.document());
    Path json = options.json();
    if (json != null) {
      JsonFile.checkWritable(json);
    }
    TierSpec spec = options.tier();
    if (spec == null) {
      return run(document, null);
    }
    try (DemoTier tier = DemoTier.prepare(spec, installation)) {
      return run(document, tier);
    }
  }

  private int run(Document document, @Nullable DemoTier tier) {
    Path json = options.json();
    ChosenModel model = new ModelChoice(options.model(), Hub.huggingFace(), progress).choose();
    List<Measured> measured;
    try (ChildJvms children =
        new ChildJvms(installation, model.folder(), options.operations(), tier)) {
      try {
        measured = measure(children, model, document);
        keepLogsOfNoReuse(children, measured);
      } catch (CliException e) {
        if (e.logsMatter()) {
          children.keepLogs();
        }
        throw e;
      }
    }
    Report.lines(measured, options).forEach(out::println);
    out.flush();
    List<RunFigures> runs = measured.stream().map(Measured::figures).toList();
    List<SecondInstance> second = seconds(measured);
    if (json != null) {
      JsonFile.write(
          json,
          new JsonFile.Content(
              model.name(),
              installation.jlamaVersion(),
              Machine.jdk(),
              Machine.cpu(),
              runs,
              second));
    }
    boolean good =
        runs.stream().allMatch(RunFigures::identical)
            && second.stream().allMatch(SecondInstance::isGood);
    return good ? 0 : 1;
  }

  private static List<SecondInstance> seconds(List<Measured> measured) {
    return measured.stream().map(Measured::secondInstance).filter(Objects::nonNull).toList();
  }

  /** Why chunks were not stored or found is in the logs of the programs. */
  private void keepLogsOfNoReuse(ChildJvms children, List<Measured> measured) {
    if (seconds(measured).stream().anyMatch(second -> second.reusedTokens() == 0)) {
      children.keepLogs();
      progress.note("A second process reused nothing; the logs of both: " + children.logs());
    }
  }

  private List<Measured> measure(ProgramStarter starter, ChosenModel model, Document document) {
    List<Row> rows = new ArrayList<>();
    String operations;
    progress.phase("Loading the model and cutting the document");
    try (JlamaProgram program = startFirst(starter, model)) {
      Description description = program.description();
      checkOperations(description);
      checkLengths(description);
      operations = Operations.ofJlamaName(description.operations()).word();
      progress.around(() -> header(model, document, description));
      PromptCutter cutter = new PromptCutter(document, text -> program.render(true, text));
      for (int tokens : options.promptTokens()) {
        progress.detail(Messages.grouped(tokens) + " tokens");
        List<Rendered> warmUp =
            WarmUp.prompts(text -> program.render(false, text), String.valueOf(tokens));
        rows.add(new Row(cutter.cut(tokens), warmUp));
      }
    }
    sayRepeated(document, rows.stream().map(Row::prompts).toList());
    Measurement measurement = new Measurement(starter, operations, options, progress);
    List<Measured> measured = rows.stream().map(measurement::measure).toList();
    progress.phase("");
    return measured;
  }

  /** What fails here is the model's fault; whatever fails later worked here. */
  private static JlamaProgram startFirst(ProgramStarter starter, ChosenModel model) {
    try {
      return starter.start(SetUp.PLAIN, "preparing");
    } catch (CliException e) {
      throw CliException.badModel(
          "the model in " + model.folder() + " cannot be used: " + e.getMessage());
    }
  }

  private void header(ChosenModel model, Document document, Description found) {
    out.println("Terrace: a plain Jlama program answers prompts over a long document");
    line(
        "model",
        model.name()
            + ", "
            + found.weights()
            + " weights, context of "
            + Messages.grouped(found.contextTokens())
            + " tokens");
    line("document", document.name());
    line("runtime", "Jlama " + installation.jlamaVersion() + ", " + found.operations());
    line("JDK", Machine.jdk() + ", " + System.getProperty("java.home"));
    line("machine", Machine.cpu());
    TierSpec tier = options.tier();
    line(
        "runs",
        "Jlama alone; agent, reuse off; agent with reuse: "
            + (tier == null ? "cold, " : "first request, ")
            + Measurement.WARM_REQUESTS
            + " x warm, "
            + Questions.NEW_QUESTIONS
            + " new questions");
    if (tier != null) {
      line("tier", tier.text() + "; a second process finds there what the first one left");
    }
    if (!model.meaningful()) {
      out.println("The weights are random: the model's text means nothing, its timing does.");
    }
    out.println();
    out.flush();
  }

  private void line(String name, String value) {
    out.println(String.format("  %-9s %s", name, value));
  }

  private void sayRepeated(Document document, List<Prompts> prompts) {
    for (Prompts one : prompts) {
      if (one.repeated()) {
        progress.note(
            "The document ("
                + Messages.grouped(document.text().length())
                + " characters) is repeated to fill "
                + Messages.grouped(one.first().tokens())
                + " tokens.");
      }
    }
  }

  private void checkOperations(Description found) {
    if (options.operations() == Operations.NATIVE
        && Operations.ofJlamaName(found.operations()) != Operations.NATIVE) {
      throw CliException.badInput(
          "--operations=native: Jlama has no native operations for this machine and took "
              + found.operations()
              + "; give auto or panama");
    }
  }

  private void checkLengths(Description found) {
    int most = found.usableTokens() - options.answerTokens() - SPARE_TOKENS;
    for (int tokens : options.promptTokens()) {
      if (tokens > most) {
        throw CliException.badInput(
            "--prompt-tokens="
                + tokens
                + " is too long: the model has room for "
                + Messages.grouped(found.usableTokens())
                + " tokens, of which "
                + options.answerTokens()
                + " are for the answer and "
                + SPARE_TOKENS
                + " for a longer question; give at most "
                + most);
      }
    }
  }
}
