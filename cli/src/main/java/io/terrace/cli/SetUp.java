/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.nio.file.Path;
import java.util.List;

/** How the measured program's JVM is started. */
enum SetUp {
  PLAIN("Jlama alone"),
  WITHOUT("agent, reuse off"),
  REUSE("agent, with reuse");

  private final String words;

  SetUp(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  List<String> jvmFlags(Path agent) {
    return switch (this) {
      case PLAIN -> List.of();
      case WITHOUT -> List.of("-javaagent:" + agent, "-Dterrace.reuse=false");
      // It is shown what tiers share, also where a small model computes as fast as they load.
      case REUSE -> List.of("-javaagent:" + agent, "-Dterrace.loading.patience=10s");
    };
  }
}
