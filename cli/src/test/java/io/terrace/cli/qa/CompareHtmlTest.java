/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class CompareHtmlTest {
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>");

  private static String page(boolean tiersKnown) {
    List<CompareRun> runs = new ArrayList<>();
    for (int history : List.of(1_000, 250)) {
      for (CompareSetUp setUp : CompareSetUp.values()) {
        Map<String, Long> tiers = new LinkedHashMap<>();
        if (tiersKnown) {
          setUp.tiers().forEach(tier -> tiers.put(tier, 250L));
        }
        CompareRow row =
            new CompareRow(
                setUp.word(), history, 1.5, 20, 10, 30, 40, 9, 1_000, 500, 600, 1, tiers);
        runs.add(new CompareRun(row, List.of(), List.of()));
      }
    }
    CompareContext context =
        new CompareContext("m </script><b>", "cpu & co", "jdk", "cmd", Map.of("--qps", "<2>"));
    return CompareHtml.page(new CompareResult(runs), context);
  }

  private static JsonNode data(String page) throws IOException {
    Matcher found = DATA.matcher(page);
    assertThat(found.find()).isTrue();
    return new ObjectMapper().readTree(found.group(1));
  }

  @Test
  void thePageHoldsChartsFiguresAndBothColourSchemes() throws IOException {
    String page = page(true);
    assertThat(page)
        .contains("var uPlot=", "new uPlot(", ".u-legend", "prefers-color-scheme: dark")
        .contains("id=\"speed\"", "id=\"p50\"", "id=\"p95\"", "id=\"p99\"", "id=\"tiers\"")
        .contains("<td>cpu+nfs</td>", "m &lt;/script&gt;&lt;b&gt;", "cpu &amp; co", "&lt;2&gt;")
        .doesNotContain("@@");
    JsonNode data = data(page);
    assertThat(data.get("histories").toString()).isEqualTo("[250,1000]");
    assertThat(data.get("tiers").toString()).isEqualTo("[\"cpu\",\"nfs\",\"s3\"]");
    assertThat(data.get("setups")).hasSize(7);
    assertThat(data.get("rows")).hasSize(14);
    assertThat(data.get("rows").get(3).get("shares").toString()).isEqualTo("[0.25,0.25,0.0]");
  }

  @Test
  void whereTiersAreNotToldApartAllHitsAreOne() throws IOException {
    JsonNode data = data(page(false));
    assertThat(data.get("tiers").toString()).isEqualTo("[\"hit\"]");
    assertThat(data.get("rows").get(0).get("shares").toString()).isEqualTo("[0.5]");
  }

  @Test
  void thePageAsksTheNetworkForNothing() {
    String page = page(true);
    assertThat(page)
        .doesNotContainPattern("(?i)(src|href|action|srcset|poster)\\s*=\\s*[\"']?[a-z]*:?//")
        .doesNotContainPattern("(?i)url\\(|@import|<link|<img|<iframe")
        .doesNotContainPattern(
            "fetch\\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\\(");
  }
}
