/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.BucketFigures.Moved;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@code terrace bench bucket}; {@link BucketBench} does the work. */
@Command(
    name = "bucket",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Measures the tier 's3' on a bucket: chunks written and read, in turns with the SDK's client"
          + " alone on the same objects, in one process.",
      "Works below a prefix of its own, and removes what it wrote."
    })
final class BucketCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--tier",
      paramLabel = "s3[://BUCKET[/PREFIX]]",
      defaultValue = "s3",
      description =
          "The bucket, with the keys that the AWS SDK finds. Default: one of a server that the"
              + " benchmark starts on this machine.")
  private String tier = "s3";

  @Mixin private EndpointOption endpoint = new EndpointOption();

  @Option(
      names = "--chunk-mib",
      paramLabel = "N",
      split = ",",
      defaultValue = "4,32",
      description = "Sizes of chunks. Default: ${DEFAULT-VALUE}.")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--depth",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,8,32",
      description = "Chunks that move at once. Default: ${DEFAULT-VALUE}.")
  private List<Integer> depths = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each is measured. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--round-mib",
      paramLabel = "N",
      defaultValue = "256",
      description = "About how much a round moves each way. Default: ${DEFAULT-VALUE}.")
  private int roundMib;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description = "An option of the tier, such as http=netty; may be repeated.")
  private Map<String, String> options = new LinkedHashMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON.")
  private @Nullable Path json;

  @Override
  public Integer call() {
    OptionRange.requireEach(spec, "--chunk-mib", sizes, 1, 256);
    OptionRange.requireEach(spec, "--depth", depths, 1, 256);
    OptionRange.require(spec, rounds >= 1, "--rounds", rounds, "at least 1");
    OptionRange.require(spec, roundMib >= 1, "--round-mib", roundMib, "at least 1");
    TierSpec bucket = endpoint.tier(tier);
    if (!bucket.type().equals("s3")) {
      throw CliException.badInput(bucket.option() + ": give s3, or s3://BUCKET/PREFIX");
    }
    if (json != null) {
      JsonFile.checkWritable(json);
    }
    List<Moved> moved;
    try (Progress progress = Progress.standardError()) {
      BucketBench bench = new BucketBench(Installation.ofThisProcess(null), progress);
      moved = bench.measure(bucket.with(options), rounds, roundMib, sizes, depths);
    }
    BucketFigures figures =
        new BucketFigures(tier, Machine.jdk(), Machine.cpu(), options, rounds, moved);
    BucketReport.print(figures, spec.commandLine().getOut());
    if (json != null) {
      JsonFile.write(json, figures);
    }
    return 0;
  }
}
