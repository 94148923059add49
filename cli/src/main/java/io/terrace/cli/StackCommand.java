/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.JlamaProgram.Description;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code terrace bench stack}; {@link StackBench} does the work. */
@Command(
    name = "stack",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Measures sets of tiers beside each other: the time to the first token, with tiers as they are"
          + " (fast) and with 50 MB/s and 20 ms a call each (slow). Is there a length at which a set"
          + " of tiers is worse than a part of it?",
      "cold: nobody has seen the prompt, nor one of those before. warm: it was asked two requests ago"
          + " and is stored in all tiers below memory, while memory (cpu) has room for two prompts and"
          + " a half and so for half of this one. none: the agent with reuse off. Sets without a"
          + " tier below memory are measured once and stand in the table for both speeds.",
      "Ends with status 1 if an answer differs between sets."
    })
final class StackCommand implements Callable<Integer> {
  private static final List<Integer> DEFAULT_LENGTHS = List.of(256, 1_024, 4_096, 16_384);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ModelOptions modelOptions = new ModelOptions();

  @Option(
      names = "--document",
      paramLabel = "FILE",
      description = "The text that prompts are cut from (UTF-8).")
  private @Nullable Path document;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      split = ",",
      description =
          "Lengths of the prompts. Default: those of 256, 1024, 4096 and 16384 that the model reads;"
              + " without --model and --geometry it is one that reads all (--geometry long).")
  private @Nullable List<Integer> promptTokens;

  @Option(
      names = "--sets",
      paramLabel = "SET",
      split = ",",
      defaultValue = "none,cpu,nfs,cpu+nfs,cpu+s3,cpu+nfs+s3",
      description = "Sets of tiers. Default: ${DEFAULT-VALUE}.")
  private List<String> sets = List.of();

  @Option(
      names = "--speeds",
      paramLabel = "slow|fast",
      split = ",",
      defaultValue = "slow,fast",
      description = "Speeds of the tiers below memory. Default: ${DEFAULT-VALUE}.")
  private List<StackSpeed> speeds = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each is measured. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warm-rounds",
      paramLabel = "N",
      description =
          "How often each is measured warm: such rounds are quick, but where a set computes most."
              + " Default: as --rounds.")
  private @Nullable Integer warmRounds;

  @Option(
      names = "--answer-tokens",
      paramLabel = "N",
      defaultValue = "4",
      description = "Length of each answer. Default: ${DEFAULT-VALUE}.")
  private int answerTokens;

  @Option(
      names = "--warm-up-tokens",
      paramLabel = "N",
      defaultValue = "12288",
      description =
          "Tokens of the short prompts before all turns, so many that the programs are compiled."
              + " Default: ${DEFAULT-VALUE}.")
  private int warmUpTokens;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--keep-logs",
      description = "Keeps the programs' logs, with a line for each prompt.")
  private boolean keepLogs;

  @Override
  public Integer call() {
    StackOptions options = options();
    Document text = Document.load(document);
    Path file = json;
    if (file != null) {
      JsonFile.checkWritable(file);
    }
    ModelRequest request = modelOptions.request();
    if (request.model() == null && request.sampleSize() == null) {
      request = new ModelRequest(null, request.offline(), SampleSize.LONG, request.cache());
    }
    StackFigures figures;
    try (Progress progress = Progress.standardError()) {
      ChosenModel model = new ModelChoice(request, Hub.huggingFace(), progress).choose();
      figures = measure(options, model, text, progress);
    }
    StackReport.lines(figures).forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().flush();
    if (file != null) {
      JsonFile.write(file, figures);
    }
    return figures.identical() ? 0 : 1;
  }

  private StackOptions options() {
    if (promptTokens != null) {
      OptionRange.requireEach(spec, "--prompt-tokens", promptTokens, 64, 1 << 20);
    }
    OptionRange.require(spec, rounds >= 1, "--rounds", rounds, "at least 1");
    int warm = warmRounds == null ? rounds : warmRounds;
    OptionRange.require(spec, warm >= 1, "--warm-rounds", warm, "at least 1");
    OptionRange.require(spec, answerTokens >= 2, "--answer-tokens", answerTokens, "at least 2");
    OptionRange.require(spec, warmUpTokens >= 0, "--warm-up-tokens", warmUpTokens, "at least 0");
    List<TierSet> chosen = new ArrayList<>();
    for (String word : sets) {
      chosen.add(TierSet.of(word).orElseThrow(() -> noSuchSet(word)));
    }
    return new StackOptions(chosen, speeds, rounds, warm, answerTokens, warmUpTokens);
  }

  private ParameterException noSuchSet(String word) {
    return new ParameterException(
        spec.commandLine(),
        "--sets="
            + word
            + " is no set: give "
            + String.join(", ", List.of(TierSet.values()).stream().map(TierSet::word).toList()));
  }

  private StackFigures measure(
      StackOptions options, ChosenModel model, Document text, Progress progress) {
    Installation installation = modelOptions.installation();
    try (StackTiers tiers = new StackTiers(installation, options.sets(), options.speeds());
        ChildJvms children =
            new ChildJvms(installation, model.folder(), modelOptions.operations(), null)) {
      if (keepLogs) {
        children.keepLogs();
        progress.note("The programs' logs: " + children.logs());
      }
      progress.phase("Loading the model");
      List<Integer> lengths = lengths(children, progress);
      long bytesPerToken = KvSize.bytesPerToken(model.folder());
      StackBench bench = new StackBench(options, text, bytesPerToken, progress);
      List<StackRow> rows = new ArrayList<>();
      for (int length : lengths) {
        rows.addAll(
            bench.measure(
                (set, speed, tokens, cpuBytes) -> {
                  String store = tokens + "-" + speed.word() + "-" + set.word().replace('+', '-');
                  List<String> flags = new ArrayList<>(tiers.jvmFlags(set, speed, store, cpuBytes));
                  if (keepLogs) {
                    flags.add("-Dterrace.log.level=debug");
                  }
                  return children.start(flags, tiers.jars(), store);
                },
                length));
      }
      progress.phase("");
      if (!bench.isIdentical()) {
        children.keepLogs();
        progress.note("The programs' logs: " + children.logs());
      }
      return new StackFigures(
          model.name(),
          Machine.jdk(),
          Machine.cpu(),
          options.rounds(),
          options.warmRounds(),
          bench.isIdentical(),
          rows);
    }
  }

  /** The lengths that were asked for, or those of the usual ones that the model reads. */
  private List<Integer> lengths(ChildJvms children, Progress progress) {
    Description found;
    try (JlamaProgram program = children.start(SetUp.PLAIN, "preparing")) {
      found = program.description();
    }
    int most = found.usableTokens() - answerTokens;
    List<Integer> wanted = promptTokens == null ? DEFAULT_LENGTHS : promptTokens;
    List<Integer> read = wanted.stream().filter(tokens -> tokens <= most).toList();
    if (read.isEmpty() || (promptTokens != null && read.size() < wanted.size())) {
      throw CliException.badInput(
          "--prompt-tokens: the model reads "
              + Messages.grouped(found.usableTokens())
              + " tokens, "
              + answerTokens
              + " of them for the answer; give at most "
              + most
              + ", or --geometry long");
    }
    if (read.size() < wanted.size()) {
      progress.note(
          "The model reads "
              + Messages.grouped(found.usableTokens())
              + " tokens: longer prompts are left out.");
    }
    return read;
  }
}
