/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** What the README tells users to give a server, or to look for. */
final class ReadmeTest {
  private static JsonNode example(String field) throws IOException {
    return JsonNode.parser().parse(Readme.example(field));
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
    assertThat(Readme.examples())
        .hasSize(2)
        .allSatisfy(each -> assertThat(JsonNode.parser().parse(each).isObject()).isTrue());
  }

  @Test
  void lifecycleRulesAreForWhatTheTierStores() throws IOException {
    ObjectNames names = new ObjectNames("terrace/");
    List<JsonNode> rules = Readme.array(example("Rules"), "Rules");
    assertThat(rules)
        .extracting(rule -> string(rule, "Filter", "Prefix"))
        .containsExactly(names.chunks(), names.aside(), names.uses(), names.prefix());
    assertThat(rules).allSatisfy(rule -> assertThat(string(rule, "Status")).isEqualTo("Enabled"));
    assertThat(rules).extracting(rule -> string(rule, "ID")).doesNotHaveDuplicates();
  }

  @Test
  void policyAllowsWhatTheTierDoes() throws IOException {
    List<JsonNode> statements = Readme.array(example("Statement"), "Statement");
    Stream<String> actions =
        statements.stream()
            .flatMap(statement -> Readme.array(statement, "Action").stream())
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
    String text = Readme.text();
    for (Reason reason : Reason.values()) {
      assertThat(text).contains("`fail." + reason.text() + "`");
    }
    for (Count count : List.of(Count.CLOCK_SKEWED, Count.BREAKER_OPENED, Count.BREAKER_REFUSED)) {
      assertThat(text).contains("`" + count.text() + "`");
    }
  }
}
