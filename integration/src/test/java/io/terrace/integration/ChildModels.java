/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import java.util.EnumMap;
import java.util.Map;

/** The models of one child, each loaded at its first use and kept. */
final class ChildModels {
  private final Map<Kind, TestModel> models = new EnumMap<>(Kind.class);

  synchronized TestModel get(Kind kind) {
    return models.computeIfAbsent(kind, TestModel::load);
  }
}
