/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.VolumeFigures.Leased;
import io.terrace.cli.VolumeFigures.Many;
import io.terrace.cli.VolumeFigures.Moved;
import io.terrace.loader.InspectedTier;
import io.terrace.spi.KvTier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@code terrace bench volume}; {@link VolumeBench} does the work. */
@Command(
    name = "volume",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Measures the tier 'nfs' on a volume: chunks written and read (in batches, as the chunks of a"
          + " prompt are), in turns with fio on the same volume in blocks of the same size; chunks borrowed where they lie, where the volume"
          + " can be mapped; and look-ups among many chunks.",
      "Works in a folder of its own, which is removed at the end."
    })
final class VolumeCommand implements Callable<Integer> {
  private static final int MANY_THREADS = 4;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--root",
      paramLabel = "DIR",
      required = true,
      description = "A folder of the volume.")
  private Path root = Path.of("");

  @Option(
      names = "--chunk-mib",
      paramLabel = "N",
      split = ",",
      defaultValue = "2,8,32",
      description = "Sizes of chunks. Default: ${DEFAULT-VALUE}.")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--depth",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,4",
      description =
          "Chunks that move at once: the tier's threads, and fio's. Default: ${DEFAULT-VALUE}.")
  private List<Integer> depths = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "How often each is measured. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--round-mib",
      paramLabel = "N",
      defaultValue = "512",
      description = "About how much a round moves each way. Default: ${DEFAULT-VALUE}.")
  private int roundMib;

  @Option(
      names = "--many",
      paramLabel = "N",
      defaultValue = "0",
      description = "Also opens a volume of so many chunks and looks them up. Default: not.")
  private int many;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description = "An option of the tier, such as read=channel or sync=none; may be repeated.")
  private Map<String, String> options = new LinkedHashMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON.")
  private @Nullable Path json;

  @Override
  public Integer call() {
    OptionRange.requireEach(spec, "--chunk-mib", sizes, 1, 256);
    OptionRange.requireEach(spec, "--depth", depths, 1, 64);
    OptionRange.require(spec, rounds >= 1, "--rounds", rounds, "at least 1");
    OptionRange.require(spec, roundMib >= 1, "--round-mib", roundMib, "at least 1");
    OptionRange.require(spec, many >= 0, "--many", many, "0 or more");
    if (json != null) {
      JsonFile.checkWritable(json);
    }
    VolumeFigures figures;
    try (Progress progress = Progress.standardError();
        BenchVolume volume = BenchVolume.create(root, options)) {
      figures = measure(volume, progress);
    }
    VolumeReport.print(figures, spec.commandLine().getOut());
    if (json != null) {
      JsonFile.write(json, figures);
    }
    return 0;
  }

  private VolumeFigures measure(BenchVolume volume, Progress progress) {
    String fio = Fio.version();
    Path fioFolder = fio == null ? null : volume.folder("fio");
    List<Moved> moved = new ArrayList<>();
    List<Leased> leased = new ArrayList<>();
    SortedMap<String, Long> counters = new TreeMap<>();
    for (int depth : depths) {
      try (InspectedTier opened = volume.open("chunks", depth)) {
        KvTier tier = opened.tier();
        VolumeBench bench =
            new VolumeBench(tier, fioFolder, volume.isForced(), rounds, roundMib, progress);
        for (int size : sizes) {
          moved.add(bench.move(size, depth));
          Leased lease = depth == depths.get(0) ? bench.lease(size) : null;
          if (lease != null) {
            leased.add(lease);
          }
        }
        tier.counters().forEach((name, count) -> counters.merge(name, count, Long::sum));
      }
    }
    moved.sort(Comparator.comparingInt(Moved::chunkMiB).thenComparingInt(Moved::depth));
    Many looked =
        many == 0
            ? null
            : new ManyChunks(() -> volume.open("many", MANY_THREADS), progress).measure(many);
    progress.phase("");
    return new VolumeFigures(
        root.toString(),
        Machine.jdk(),
        Machine.cpu(),
        fio,
        options,
        counters,
        moved,
        leased,
        looked);
  }
}
