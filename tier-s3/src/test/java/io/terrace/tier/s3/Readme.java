/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** The README of this module, and the JSON that it tells users to give to a server. */
final class Readme {
  private static final Pattern JSON = Pattern.compile("(?s)```json\n(.*?)```");

  private Readme() {}

  static String text() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  /** Every example, as it is written. */
  static List<String> examples() throws IOException {
    return JSON.matcher(text()).results().map((MatchResult block) -> block.group(1)).toList();
  }

  /** The one example that has a field. */
  static String example(String field) throws IOException {
    List<String> found =
        examples().stream()
            .filter(each -> JsonNode.parser().parse(each).field(field).isPresent())
            .toList();
    assertThat(found).as(field).hasSize(1);
    return found.getFirst();
  }

  static List<JsonNode> array(JsonNode json, String field) {
    return json.field(field).orElseThrow().asArray();
  }
}
