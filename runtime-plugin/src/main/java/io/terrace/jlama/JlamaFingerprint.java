/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.util.MachineSpec;
import io.terrace.loader.Fingerprint;
import io.terrace.spi.PageGeometry;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Optional;

/**
 * What makes the KV of two models in Jlama the same to the last bit: the files, how they are read
 * and worked with, and the code that computes, down to the CPU's kind.
 */
final class JlamaFingerprint {
  /** To be raised when the meaning of a page's bytes changes. */
  private static final String LAYOUT = "jlama/1";

  /** Jlama's classes whose code decides over bits of KV, below {@code com/github/tjake/jlama}. */
  private static final List<String> CODE =
      List.of(
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
          "tensor/operations/PanamaTensorOperations");

  private static final List<String> NATIVE_LIBRARIES =
      List.of("libjlama.so", "libjlama.dylib", "jlama.dll");

  private final VarHandle workingQuantization;
  private final VarHandle modelQuantization;
  private final boolean portable;

  /**
   * @param portable leaves CPU and operations out: chunks then serve on machines of another kind,
   *     where they are equal within a tolerance only
   */
  JlamaFingerprint(boolean portable) throws ReflectiveOperationException {
    MethodHandles.Lookup lookup =
        MethodHandles.privateLookupIn(AbstractModel.class, MethodHandles.lookup());
    workingQuantization = lookup.findVarHandle(AbstractModel.class, "workingQType", DType.class);
    modelQuantization = lookup.findVarHandle(AbstractModel.class, "modelQType", Optional.class);
    this.portable = portable;
  }

  /**
   * The fingerprint of a model.
   *
   * @param files digest of its folder
   * @throws IOException if Jlama's own class files cannot be read
   */
  byte[] of(AbstractModel model, byte[] files, PageGeometry geometry, Repairs repairs)
      throws IOException {
    Fingerprint fingerprint =
        new Fingerprint(LAYOUT)
            .add("files", files)
            .add("architecture", model.getModelType().name())
            .add("workingType", model.getWorkingDType().name())
            .add("workingQuantization", workingQuantization.get(model).toString())
            .add("modelQuantization", modelQuantization.get(model).toString())
            .add("geometry", geometry.toString())
            .add("repairs", repairs.chunks() + " " + repairs.mixture());
    for (String type : CODE) {
      fingerprint.add(type, resource(model, "com/github/tjake/jlama/" + type + ".class"));
    }
    if (!portable) {
      fingerprint
          .add("operations", Operations.name())
          .add("vectors", MachineSpec.VECTOR_TYPE.name())
          .add("architectureOfCpu", System.getProperty("os.arch", ""));
      addNativeLibrary(fingerprint, model);
    }
    return fingerprint.digest();
  }

  private static void addNativeLibrary(Fingerprint fingerprint, AbstractModel model)
      throws IOException {
    if (!Operations.areNative()) {
      return;
    }
    for (String library : NATIVE_LIBRARIES) {
      fingerprint.add(library, resource(model, "META-INF/native/lib/" + library));
    }
  }

  /** A resource's bytes, none if it is not there. */
  private static byte[] resource(AbstractModel model, String name) throws IOException {
    ClassLoader loader = model.getClass().getClassLoader();
    try (InputStream in = loader.getResourceAsStream(name)) {
      return in == null ? new byte[0] : in.readAllBytes();
    }
  }
}
