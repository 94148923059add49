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

  /**
   * What computes.
   *
   * @param operations the name of Jlama's operations
   * @param isNative whether they are those of its native library
   * @param vectors the type of vectors that they choose their code by
   * @param cpu architecture
   */
  record Machine(String operations, boolean isNative, String vectors, String cpu) {
    static Machine ofThisProcess() {
      return new Machine(
          Operations.name(),
          Operations.areNative(),
          MachineSpec.VECTOR_TYPE.name(),
          System.getProperty("os.arch", ""));
    }
  }

  private final VarHandle workingQuantization;
  private final VarHandle modelQuantization;
  private final boolean portable;
  private final Machine machine;

  /**
   * @param portable leaves CPU and operations out: chunks then serve on machines of another kind,
   *     where they are equal within a tolerance only
   */
  JlamaFingerprint(boolean portable) throws ReflectiveOperationException {
    this(portable, Machine.ofThisProcess());
  }

  JlamaFingerprint(boolean portable, Machine machine) throws ReflectiveOperationException {
    MethodHandles.Lookup lookup =
        MethodHandles.privateLookupIn(AbstractModel.class, MethodHandles.lookup());
    workingQuantization = lookup.findVarHandle(AbstractModel.class, "workingQType", DType.class);
    modelQuantization = lookup.findVarHandle(AbstractModel.class, "modelQType", Optional.class);
    this.portable = portable;
    this.machine = machine;
  }

  /**
   * The fingerprint of a model.
   *
   * @param files digest of its folder
   * @throws IOException if Jlama's own class files cannot be read
   */
  byte[] of(AbstractModel model, byte[] files, PageGeometry geometry, Repairs repairs)
      throws IOException {
    return of(model, files, geometry, repairs, model.getClass().getClassLoader());
  }

  /**
   * As above.
   *
   * @param jlama where Jlama's class files and its native library are
   */
  byte[] of(
      AbstractModel model, byte[] files, PageGeometry geometry, Repairs repairs, ClassLoader jlama)
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
      fingerprint.add(type, resource(jlama, "com/github/tjake/jlama/" + type + ".class"));
    }
    if (!portable) {
      fingerprint
          .add("operations", machine.operations())
          .add("vectors", machine.vectors())
          .add("architectureOfCpu", machine.cpu());
      addNativeLibrary(fingerprint, jlama);
    }
    return fingerprint.digest();
  }

  private void addNativeLibrary(Fingerprint fingerprint, ClassLoader jlama) throws IOException {
    if (!machine.isNative()) {
      return;
    }
    for (String library : NATIVE_LIBRARIES) {
      fingerprint.add(library, resource(jlama, "META-INF/native/lib/" + library));
    }
  }

  /** A resource's bytes, none if it is not there. */
  private static byte[] resource(ClassLoader jlama, String name) throws IOException {
    try (InputStream in = jlama.getResourceAsStream(name)) {
      return in == null ? new byte[0] : in.readAllBytes();
    }
  }
}
