/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("panama")
final class FirstContactTest {
  @Test
  void aPromptSeenBeforeIsReusedButForItsLastToken(@TempDir Path folder) throws Exception {
    Path written =
        SampleModels.write(folder.resolve("model"), Geometry.tiny(), 7, ProgressListener.NONE);
    AbstractModel model = ModelSupport.loadModel(written.toFile(), DType.F32, DType.F32);
    PromptContext prompt =
        PromptContext.of("The quick brown fox jumps over the lazy dog. ".repeat(9));
    String cold =
        model.generate(UUID.randomUUID(), prompt, 0, 600, (text, time) -> {}).responseText;
    String warm =
        model.generate(UUID.randomUUID(), prompt, 0, 600, (text, time) -> {}).responseText;
    assertThat(warm).isEqualTo(cold);
    assertThat(Figures.get("LastReusedTokens")).isEqualTo(Figures.get("LastPromptTokens") - 1);
    assertThat(Figures.get("Failures")).isZero();
    model.close();
  }
}
