/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import io.terrace.sample.WeightType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a person is told about a model: licences want the name kept and changes stated.
 *
 * @param changes sentences
 */
record Card(String name, Optional<String> license, Optional<String> by, List<String> changes) {
  static Card of(GgufFile file, String fallbackName, List<Weight> weights, WeightType matrices)
      throws GgufException {
    Metadata metadata = file.metadata();
    List<String> changes = new ArrayList<>();
    changes.add(
        ("Converted from GGUF: matrices of layers from " + types(weights, Weight.Role.MATRIX))
            + (" to " + matrices + ", embedding and output head from ")
            + (types(weights, Weight.Role.TABLE)
                + " to "
                + FolderTensors.tableTypes(weights)
                + "."));
    if (file.tensors().containsKey(LlamaLayout.ROPE_FREQUENCIES)) {
      changes.add(
          ("The tensor " + LlamaLayout.ROPE_FREQUENCIES + " is left out: Jlama has no such scaling")
              + " of positions, and long prompts suffer from that.");
    }
    return new Card(
        metadata.textIfPresent("general.name").map(Card::printable).orElse(fallbackName),
        metadata.textIfPresent("general.license").map(Card::printable),
        metadata.textIfPresent("general.organization").map(Card::printable),
        List.copyOf(changes));
  }

  private static String types(List<Weight> weights, Weight.Role role) {
    TreeSet<String> types = new TreeSet<>();
    for (Weight weight : weights) {
      if (weight.role() == role) {
        types.add(weight.source().type().name());
      }
    }
    return String.join(", ", types);
  }

  /** Goes to terminals: a stranger's file must not steer them. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  String readme() {
    return "# "
        + name
        + by.map(who -> " (" + who + ")").orElse("")
        + ", for Jlama\n\nLicence: "
        + license.orElse("not stated in the file that this was made from")
        + ".\n\n"
        + String.join("\n", changes)
        + "\n";
  }
}
