/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of every command that takes {@code --tier=s3://BUCKET}, beside that one. */
final class EndpointOption {
  @Option(
      names = TierSpec.ENDPOINT_OPTION,
      paramLabel = "URL",
      description = "The S3 server of --tier=s3://BUCKET, where it is not AWS.")
  private @Nullable URI endpoint;

  /**
   * The tier that a command line names.
   *
   * @throws CliException if it does not have the form, or does not go with the option
   */
  TierSpec tier(String text) {
    return TierSpec.parse(text, endpoint);
  }

  /** As {@link #tier}; null where none is named. */
  @Nullable TierSpec tierOrNone(@Nullable String text) {
    if (text != null) {
      return tier(text);
    }
    if (endpoint != null) {
      throw CliException.badInput(TierSpec.ENDPOINT_OPTION + " goes with --tier=s3://BUCKET");
    }
    return null;
  }
}
