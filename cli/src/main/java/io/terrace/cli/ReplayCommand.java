/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.ReplayFigures.Row;
import io.terrace.cli.replay.Replay;
import io.terrace.cli.replay.Trace;
import io.terrace.spi.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code terrace bench replay}. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Replays a trace of requests against the tier in memory, with pages that hold nothing, and"
          + " prints which share of the blocks was there, by policy and size; beside them, the most"
          + " that a cache could have which knows what will come.",
      "A trace is JSON, an object a line: 'timestamp' in milliseconds, and 'hash_ids', a number for"
          + " each block of the prompt; one number is one block with all those before it."
    })
final class ReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "TRACE", description = "The trace's file.")
  private Path trace = Path.of("");

  @Option(
      names = "--blocks",
      paramLabel = "N",
      split = ",",
      defaultValue = "1000,3000,10000,30000,100000",
      description = "Blocks that there is room for. Default: ${DEFAULT-VALUE}.")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--policies",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "hit-density,lru,w-tinylfu",
      description =
          "Eviction policies, as 'tiers.cpu.eviction' names them. Default: ${DEFAULT-VALUE}.")
  private List<String> policies = List.of();

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON.")
  private @Nullable Path json;

  @Override
  public Integer call() {
    OptionRange.requireEach(spec, "--blocks", sizes, 256, 1 << 24);
    if (json != null) {
      JsonFile.checkWritable(json);
    }
    ReplayFigures figures = replay(read());
    print(figures, spec.commandLine().getOut());
    if (json != null) {
      JsonFile.write(json, figures);
    }
    return 0;
  }

  private Trace read() {
    try {
      return Trace.read(trace);
    } catch (IOException e) {
      throw CliException.badInput(trace + " cannot be read: " + Messages.why(e, trace));
    } catch (IllegalArgumentException e) {
      throw CliException.badInput(String.valueOf(e.getMessage()));
    }
  }

  private ReplayFigures replay(Trace requests) {
    List<String> names = new ArrayList<>(policies);
    names.add(Replay.CLAIRVOYANT);
    List<Row> rows = new ArrayList<>();
    try (Progress progress = Progress.standardError()) {
      for (String policy : names) {
        for (int blocks : sizes) {
          progress.phase(policy + ", " + Messages.grouped(blocks) + " blocks");
          rows.add(new Row(policy, blocks, Replay.hitRate(requests, policy, blocks)));
        }
      }
    } catch (ConfigException e) {
      throw CliException.badInput("--policies: " + e.getMessage());
    }
    return new ReplayFigures(
        trace.toString(), requests.requests().size(), requests.wanted(), requests.blocks(), rows);
  }

  private static void print(ReplayFigures figures, PrintWriter out) {
    out.println(
        figures.trace()
            + ": "
            + Messages.grouped(figures.requests())
            + " requests, "
            + Messages.grouped(figures.wanted())
            + " blocks wanted, "
            + Messages.grouped(figures.different())
            + " different");
    out.println("Blocks that were there, as part of an unbroken prefix, in %");
    out.println();
    List<String> names = figures.rows().stream().map(Row::policy).distinct().toList();
    List<String> headings = new ArrayList<>(List.of("blocks"));
    headings.addAll(names);
    Table table = new Table(headings.toArray(String[]::new));
    figures.rows().stream()
        .map(Row::blocks)
        .distinct()
        .forEach(
            blocks -> {
              List<String> cells = new ArrayList<>(List.of(Messages.grouped(blocks)));
              figures.rows().stream()
                  .filter(row -> row.blocks() == blocks)
                  .forEach(
                      row -> cells.add(String.format(Locale.ROOT, "%.2f", 100 * row.hitRate())));
              table.row(cells.toArray(String[]::new));
            });
    table.lines().forEach(out::println);
    out.flush();
  }
}
