/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.terrace.sample.Architecture;
import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import io.terrace.sample.WeightType;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that goes while an unmodified Jlama computes its prompt, which takes seconds. */
@Timeout(120)
final class LongPromptIT {
  private static final String NAME = "long";
  private static final String COMPLETIONS = "/v1/completions";
  private static final String PUBLISHED = "published_chunks";
  private static final int CHUNK = 32;
  private static final int TOKENS = 1_500;

  private static final Geometry GEOMETRY =
      new Geometry(Architecture.LLAMA, 2, 128, 4, 2, 256, 512, 2_048, 0, 0, WeightType.Q4);

  @Test
  void isBrokenOffBetweenTwoBatchesAndWhatWasComputedIsKept(@TempDir Path folder) throws Exception {
    Path model = SampleModels.write(folder.resolve(NAME), GEOMETRY, 7, ProgressListener.NONE);
    try (ServeProcess server =
            ServeProcess.start(
                folder, model, NAME, "-Dterrace.chunkTokens=32", "-Djlama.max_batch_size=32");
        Api api = new Api(server.address())) {
      String prompt = prompt(api);
      double before = figure(api, PUBLISHED);
      try (RawConnection leaver = new RawConnection(server.address())) {
        leaver.post(COMPLETIONS, Api.completion(NAME, prompt, "\"max_tokens\":2"));
        Eventually.happens("two chunks are computed", () -> figure(api, PUBLISHED) >= before + 2);
      }
      Eventually.happens("it is given up", () -> figure(api, "cancelled_prompts") == 1);
      JsonNode usage =
          api.ask(COMPLETIONS, Api.completion(NAME, prompt, "\"max_tokens\":2")).get("usage");
      int tokens = usage.get("prompt_tokens").asInt();
      assertThat(tokens).isGreaterThan(TOKENS / 2);
      assertThat(usage.at("/prompt_tokens_details/cached_tokens").asInt())
          .isBetween(2 * CHUNK, tokens - 2 * CHUNK);
    }
  }

  /** About so many tokens long. */
  private static String prompt(Api api) throws Exception {
    String words = " the".repeat(200);
    int tokens =
        api.ask(COMPLETIONS, Api.completion(NAME, words, "\"max_tokens\":1"))
            .at("/usage/prompt_tokens")
            .asInt();
    return "Once" + words.repeat(TOKENS / tokens);
  }

  /** A figure of the plugin. */
  private static double figure(Api api, String name) {
    Pattern line = Pattern.compile("terrace_plugin\\{figure=\"" + name + "\"} (\\S+)");
    try {
      Matcher found = line.matcher(api.send("GET", "/metrics").body());
      assertThat(found.find()).as(name).isTrue();
      return Double.parseDouble(found.group(1));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
