/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A comparison as one page that needs nothing else: figures, chart library and all. */
final class CompareHtml {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PLACE = Pattern.compile("@@([a-z.]+)@@");
  private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  /** Where the servers do not tell tiers apart. */
  private static final String ANY_TIER = "hit";

  private CompareHtml() {}

  static String page(CompareResult result, CompareContext context) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("chart.css", resource(CHARTS + "uPlot.min.css"));
    parts.put("chart.js", resource(CHARTS + "uPlot.iife.min.js"));
    parts.put("page.css", resource("compare.css"));
    parts.put("page.js", resource("compare.js"));
    parts.put("about", escaped(context.model() + ", " + context.cpu() + ", " + context.jdk()));
    parts.put("command", escaped(context.command()));
    parts.put("verdict", result.isIdentical() ? "same" : "differs");
    parts.put("answers", escaped(String.join("\n", CompareMarkdown.answers(result))));
    parts.put("table", table(result));
    parts.put("explanation", escaped(CompareMarkdown.EXPLANATION));
    parts.put("parameters", parameters(context));
    parts.put("data", data(result));
    return PLACE
        .matcher(resource("compare.html"))
        .replaceAll(place -> Matcher.quoteReplacement(part(parts, place.group(1))));
  }

  private static String part(Map<String, String> parts, String name) {
    String part = parts.get(name);
    if (part == null) {
      throw new IllegalStateException("the page wants " + name);
    }
    return part;
  }

  private static String data(CompareResult result) {
    Set<String> setUps = new LinkedHashSet<>();
    Set<Integer> histories = new LinkedHashSet<>();
    Set<String> tiers = new LinkedHashSet<>();
    for (CompareRow row : result.rows()) {
      setUps.add(row.setup());
      histories.add(row.history());
      tiers.addAll(row.tierTokens().keySet());
    }
    List<String> order = tiers.isEmpty() ? List.of(ANY_TIER) : List.copyOf(tiers);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("setups", setUps);
    data.put("histories", histories.stream().sorted().toList());
    data.put("tiers", order);
    data.put("rows", result.rows().stream().map(row -> point(row, order)).toList());
    try {
      return JSON.writeValueAsString(data).replace("<", "\\u003c"); // else it could end the script
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values have no JSON", e);
    }
  }

  private static Map<String, Object> point(CompareRow row, List<String> tiers) {
    Map<String, Object> point = new LinkedHashMap<>();
    point.put("setup", row.setup());
    point.put("history", row.history());
    point.put("processingSpeed", row.processingSpeed());
    point.put("ttftMsP50", row.ttftMsP50());
    point.put("ttftMsP95", row.ttftMsP95());
    point.put("ttftMsP99", row.ttftMsP99());
    point.put("shares", tiers.stream().map(tier -> share(row, tier)).toList());
    return point;
  }

  private static double share(CompareRow row, String tier) {
    long tokens = tier.equals(ANY_TIER) ? row.hitTokens() : row.tierTokens().getOrDefault(tier, 0L);
    return row.promptTokens() == 0 ? 0 : (double) tokens / row.promptTokens();
  }

  /** The Markdown's table. */
  private static String table(CompareResult result) {
    List<String> lines = CompareMarkdown.table(result);
    StringJoiner html = new StringJoiner("\n", "<table class=\"figures\">\n", "\n</table>");
    html.add(tableRow("th", lines.get(0)));
    lines.subList(2, lines.size()).forEach(line -> html.add(tableRow("td", line)));
    return html.toString();
  }

  private static String tableRow(String element, String line) {
    StringBuilder html = new StringBuilder("<tr>");
    for (String cell : line.substring(2, line.length() - 2).split(" \\| ", -1)) {
      html.append('<').append(element).append('>').append(escaped(cell));
      html.append("</").append(element).append('>');
    }
    return html.append("</tr>").toString();
  }

  private static String parameters(CompareContext context) {
    StringJoiner html = new StringJoiner("\n", "<table class=\"figures\">\n", "\n</table>");
    context
        .parameters()
        .forEach(
            (name, value) ->
                html.add(
                    "<tr><td class=\"text\">"
                        + escaped(name)
                        + "</td><td class=\"text\">"
                        + escaped(value)
                        + "</td></tr>"));
    return html.toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String name) {
    try (InputStream in = CompareHtml.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
