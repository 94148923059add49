/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.llama.LlamaModel;
import com.github.tjake.jlama.model.mistral.MistralModel;
import com.github.tjake.jlama.tensor.operations.PanamaTensorOperations;
import io.terrace.loader.Fingerprint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Jlama that computes with other code shares no chunk with this one. */
final class JlamaCodeTest {
  private static final String CORE_VERSION =
      "META-INF/maven/com.github.tjake/jlama-core/pom.properties";
  private static final String NATIVE_VERSION =
      "META-INF/maven/com.github.tjake/jlama-native/pom.properties";

  /** Jlama's own loader, some of whose resources are others. */
  private static final class Changed extends ClassLoader {
    private final Map<String, byte[]> changes;

    Changed(Map<String, byte[]> changes) {
      super(AbstractModel.class.getClassLoader());
      this.changes = changes;
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
      byte[] changed = changes.get(name);
      return changed == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(changed);
    }
  }

  private static String digest(Map<String, byte[]> changes, Class<?> model, boolean areNative)
      throws IOException {
    JlamaCode code = new JlamaCode(new Changed(changes));
    Fingerprint fingerprint = new Fingerprint("test");
    code.addModel(fingerprint, model);
    code.addOperations(fingerprint, PanamaTensorOperations.class.getName(), areNative);
    return HexFormat.of().formatHex(fingerprint.digest());
  }

  private static void isCovered(String resource, byte[] bytes, boolean areNative)
      throws IOException {
    assertThat(digest(Map.of(resource, bytes), LlamaModel.class, areNative))
        .isNotEqualTo(digest(Map.of(), LlamaModel.class, areNative));
  }

  private static byte[] version(String number) {
    return ("# written by a build\nversion=" + number + "\n").getBytes(UTF_8);
  }

  @Test
  void theVersionOfCore() throws IOException {
    isCovered(CORE_VERSION, version("0.8.99"), false);
  }

  @Test
  void theVersionOfTheNativeLibraryWhereThatComputes() throws IOException {
    isCovered(NATIVE_VERSION, version("0.8.99"), true);
    assertThat(digest(Map.of(NATIVE_VERSION, version("0.8.99")), LlamaModel.class, false))
        .isEqualTo(digest(Map.of(), LlamaModel.class, false));
  }

  /** A build of the same version at another time has other comments in the file. */
  @Test
  void ofTheFileThatNamesTheVersionNothingElse() throws IOException {
    byte[] other = "#Thu Nov 26\nversion=1\ngroupId=any\n".getBytes(UTF_8);
    assertThat(digest(Map.of(CORE_VERSION, other), LlamaModel.class, false))
        .isEqualTo(digest(Map.of(CORE_VERSION, version("1")), LlamaModel.class, false));
  }

  static final List<String> CLASSES = JlamaCode.CLASSES;

  @ParameterizedTest
  @FieldSource("CLASSES")
  void eachClassThatComputesForEveryModel(String type) throws IOException {
    String resource = "com/github/tjake/jlama/" + type + ".class";
    try (InputStream in = AbstractModel.class.getClassLoader().getResourceAsStream(resource)) {
      assertThat(in).as("it is there under this name").isNotNull();
    }
    isCovered(resource, new byte[] {1}, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com/github/tjake/jlama/model/llama/LlamaModel.class",
        "com/github/tjake/jlama/tensor/operations/PanamaTensorOperations.class"
      })
  void theModelsOwnClassAndThatOfTheOperations(String resource) throws IOException {
    isCovered(resource, new byte[] {1}, false);
  }

  @Test
  void theClassesThatAModelInheritsFrom() throws IOException {
    String parent = "com/github/tjake/jlama/model/llama/LlamaModel.class";
    assertThat(MistralModel.class.getSuperclass()).isEqualTo(LlamaModel.class);
    assertThat(digest(Map.of(parent, new byte[] {1}), MistralModel.class, false))
        .isNotEqualTo(digest(Map.of(), MistralModel.class, false));
    assertThat(digest(Map.of(), MistralModel.class, false))
        .isNotEqualTo(digest(Map.of(), LlamaModel.class, false));
  }

  static final List<String> NATIVE = JlamaCode.NATIVE;

  @ParameterizedTest
  @FieldSource("NATIVE")
  void whatTheNativeLibraryHas(String resource) throws IOException {
    isCovered(resource, new byte[] {1}, true);
  }

  @Test
  void isTheSameForTheSameJlama() throws IOException {
    assertThat(digest(Map.of(), LlamaModel.class, true))
        .isEqualTo(digest(Map.of(), LlamaModel.class, true));
  }
}
