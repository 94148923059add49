/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import io.terrace.jlama.JlamaFingerprint.Machine;
import io.terrace.sample.Geometry;
import io.terrace.sample.ProgressListener;
import io.terrace.sample.SampleModels;
import io.terrace.sample.WeightType;
import io.terrace.spi.DataType;
import io.terrace.spi.PageGeometry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks of models that do not compute alike must never meet: each part counts. */
final class JlamaFingerprintTest {
  private static final byte[] FILES = {1, 2, 3};
  private static final PageGeometry PAGES = new PageGeometry(2, 2, 32, 256, DataType.F32);
  private static final Repairs REPAIRS = new Repairs(true, true, true);
  private static final Machine MACHINE = new Machine("native", true, "AVX_512", "amd64");
  private static final ClassLoader JLAMA = AbstractModel.class.getClassLoader();

  @TempDir private static Path folder = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private static AbstractModel model;

  @BeforeAll
  static void load() throws Exception {
    model = load(Geometry.tiny(), DType.F32, DType.F32, Optional.empty());
  }

  private static AbstractModel load(
      Geometry geometry, DType memory, DType quantisation, Optional<DType> ofWeights)
      throws Exception {
    Path files = SampleModels.cached(folder, geometry, 7, ProgressListener.NONE);
    return ModelSupport.loadModel(
        files.toFile(),
        Files.createTempDirectory(folder, "pages").toFile(),
        memory,
        quantisation,
        ofWeights,
        Optional.empty());
  }

  private static String of(AbstractModel of) throws Exception {
    return hex(new JlamaFingerprint(false, MACHINE).of(of, FILES, PAGES, REPAIRS, null, JLAMA));
  }

  private static String of(byte[] files, PageGeometry pages, Repairs repairs) throws Exception {
    return hex(new JlamaFingerprint(false, MACHINE).of(model, files, pages, repairs, null, JLAMA));
  }

  private static String onDevice(String identity) throws Exception {
    return hex(
        new JlamaFingerprint(false, MACHINE).of(model, FILES, PAGES, REPAIRS, identity, JLAMA));
  }

  private static String of(boolean portable, Machine machine, ClassLoader jlama) throws Exception {
    return hex(
        new JlamaFingerprint(portable, machine).of(model, FILES, PAGES, REPAIRS, null, jlama));
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  /** Jlama's files, of which one has a byte more. */
  private static ClassLoader withChanged(String changed) {
    return new ClassLoader(JLAMA) {
      @Override
      public InputStream getResourceAsStream(String name) {
        InputStream in = super.getResourceAsStream(name);
        InputStream there = in == null ? InputStream.nullInputStream() : in;
        return name.equals(changed)
            ? new SequenceInputStream(there, new ByteArrayInputStream(new byte[1]))
            : there;
      }
    };
  }

  @Test
  void ofTheSameIsTheSame() throws Exception {
    AbstractModel again = load(Geometry.tiny(), DType.F32, DType.F32, Optional.empty());
    assertThat(of(again)).isEqualTo(of(model));
    JlamaFingerprint here = new JlamaFingerprint(false);
    assertThat(here.of(again, FILES, PAGES, REPAIRS, null))
        .isEqualTo(here.of(model, FILES, PAGES, REPAIRS, null))
        .hasSize(32);
  }

  @Test
  void everythingThatDecidesOverBitsCounts() throws Exception {
    Geometry wide = Geometry.tinyWide();
    Geometry f32 = Geometry.tiny().withWeights(WeightType.F32);
    Map<String, String> all = new LinkedHashMap<>();
    all.put("", of(model));
    all.put("files", of(new byte[] {1, 2, 4}, PAGES, REPAIRS));
    all.put("pages", of(FILES, new PageGeometry(2, 2, 32, 128, DataType.F32), REPAIRS));
    all.put("chunks repaired", of(FILES, PAGES, new Repairs(true, false, true)));
    all.put("experts repaired", of(FILES, PAGES, new Repairs(true, true, false)));
    all.put("attention on a device", onDevice("kernel 9.0"));
    all.put("on another device", onDevice("kernel 7.5"));
    all.put(
        "architecture", of(load(Geometry.tinyBiases(), DType.F32, DType.F32, Optional.empty())));
    all.put("memory", of(load(Geometry.tiny(), DType.BF16, DType.BF16, Optional.empty())));
    all.put("quantisation", of(load(wide, DType.F32, DType.I8, Optional.empty())));
    all.put("quantisation of weights", of(load(f32, DType.F32, DType.F32, Optional.of(DType.Q4))));
    assertThat(all.values()).as("%s", all).doesNotHaveDuplicates();
    assertThat(of(load(f32, DType.F32, DType.F32, Optional.empty())))
        .as("weights count by the digest of the files")
        .isEqualTo(of(model));
    assertThat(of(FILES, PAGES, new Repairs(false, true, true)))
        .as("calls one at a time or not: the same bits")
        .isEqualTo(of(model));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "math/ActivationFunction",
        "math/FloatConversions",
        "math/VectorMath",
        "model/AbstractModel",
        "model/CausalSelfAttention",
        "model/LayerNorm",
        "model/MLPBlock",
        "model/MoEBlock",
        "model/RMSNorm",
        "model/TransformerBlock",
        "safetensors/Config",
        "tensor/BFloat16BufferTensor",
        "tensor/FloatBufferTensor",
        "tensor/Q4ByteBufferTensor",
        "tensor/Q8ByteBufferTensor",
        "tensor/operations/PanamaTensorOperations"
      })
  void codeCounts(String type) throws Exception {
    String file = "com/github/tjake/jlama/" + type + ".class";
    assertThat(JLAMA.getResource(file)).isNotNull();
    for (boolean portable : new boolean[] {false, true}) {
      assertThat(of(portable, MACHINE, withChanged(file)))
          .isNotEqualTo(of(portable, MACHINE, JLAMA));
    }
  }

  @Test
  void theMachineCountsUnlessChunksAreToBePortable() throws Exception {
    Map<String, Machine> others =
        Map.of(
            "operations", new Machine("panama", true, "AVX_512", "amd64"),
            "vectors", new Machine("native", true, "AVX_256", "amd64"),
            "cpu", new Machine("native", true, "AVX_512", "aarch64"));
    String exact = of(false, MACHINE, JLAMA);
    String portable = of(true, MACHINE, JLAMA);
    assertThat(portable).isNotEqualTo(exact);
    for (Map.Entry<String, Machine> other : others.entrySet()) {
      assertThat(of(false, other.getValue(), JLAMA)).as(other.getKey()).isNotEqualTo(exact);
      assertThat(of(true, other.getValue(), JLAMA)).as(other.getKey()).isEqualTo(portable);
    }
  }

  @Test
  void theNativeLibraryCountsWhereItComputes() throws Exception {
    ClassLoader other = withChanged("META-INF/native/lib/libjlama.so");
    Machine panama = new Machine("panama", false, "AVX_512", "amd64");
    assertThat(of(false, MACHINE, other)).isNotEqualTo(of(false, MACHINE, JLAMA));
    assertThat(of(false, panama, other)).isEqualTo(of(false, panama, JLAMA));
    assertThat(of(true, MACHINE, other)).isEqualTo(of(true, MACHINE, JLAMA));
  }
}
