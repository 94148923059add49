/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** What the README tells users to give a server, or to look for. */
final class ReadmeTest {
  private static final Pattern JSON = Pattern.compile("(?s)```json\n(.*?)```");

  private static String text() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  private static JsonNode example(String field) throws IOException {
    List<JsonNode> examples =
        JSON.matcher(text())
            .results()
            .map(block -> JsonNode.parser().parse(block.group(1)))
            .filter(json -> json.field(field).isPresent())
            .toList();
    assertThat(examples).as(field).hasSize(1);
    return examples.getFirst();
  }

  private static List<JsonNode> array(JsonNode json, String field) {
    return json.field(field).orElseThrow().asArray();
  }

  private static String string(JsonNode json, String... path) {
    JsonNode at = json;
    for (String field : path) {
      at = at.field(field).orElseThrow();
    }
    return at.asString();
  }

  @Test
  void everyJsonExampleIsJson() throws IOException {
    assertThat(JSON.matcher(text()).results())
        .hasSize(2)
        .allSatisfy(
            block -> assertThat(JsonNode.parser().parse(block.group(1)).isObject()).isTrue());
  }

  @Test
  void lifecycleRulesAreForWhatTheTierStores() throws IOException {
    ObjectNames names = new ObjectNames("terrace/");
    List<JsonNode> rules = array(example("Rules"), "Rules");
    assertThat(rules)
        .extracting(rule -> string(rule, "Filter", "Prefix"))
        .containsExactly(names.chunks(), names.aside(), names.uses(), names.prefix());
    assertThat(rules).allSatisfy(rule -> assertThat(string(rule, "Status")).isEqualTo("Enabled"));
    assertThat(rules).extracting(rule -> string(rule, "ID")).doesNotHaveDuplicates();
  }

  @Test
  void policyAllowsWhatTheTierDoes() throws IOException {
    List<JsonNode> statements = array(example("Statement"), "Statement");
    Stream<String> actions =
        statements.stream()
            .flatMap(statement -> array(statement, "Action").stream())
            .map(JsonNode::asString);
    assertThat(actions)
        .containsExactlyInAnyOrder(
            "s3:ListBucket",
            "s3:ListBucketMultipartUploads",
            "s3:GetObject",
            "s3:PutObject",
            "s3:DeleteObject",
            "s3:AbortMultipartUpload");
    assertThat(statements)
        .allSatisfy(each -> assertThat(string(each, "Effect")).isEqualTo("Allow"));
  }

  /** A counter that is renamed, or new, is to be so in the README too. */
  @Test
  void everyReasonOfAFailureIsExplained() throws IOException {
    String text = text();
    for (Reason reason : Reason.values()) {
      assertThat(text).contains("`fail." + reason.text() + "`");
    }
    for (Count count : List.of(Count.CLOCK_SKEWED, Count.BREAKER_OPENED, Count.BREAKER_REFUSED)) {
      assertThat(text).contains("`" + count.text() + "`");
    }
  }
}
