/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar's manifest. */
final class Versions implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Terrace.class.getPackage().getImplementationVersion();
    return new String[] {"terrace " + Objects.requireNonNullElse(version, "(not from a jar)")};
  }
}
