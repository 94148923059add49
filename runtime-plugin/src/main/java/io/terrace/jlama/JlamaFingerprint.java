/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.util.MachineSpec;
import io.terrace.loader.Fingerprint;
import io.terrace.spi.PageGeometry;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What makes the KV of two models in Jlama the same to the last bit: the files, how they are read
 * and worked with, and the code that computes, down to the CPU's kind.
 */
final class JlamaFingerprint {
  /** To be raised when the meaning of a page's bytes changes. */
  private static final String LAYOUT = "jlama/1";

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
   * @param device identity of the device that computes its attention; null for the host
   * @throws IOException if Jlama's own class files cannot be read
   */
  byte[] of(
      AbstractModel model,
      byte[] files,
      PageGeometry geometry,
      Repairs repairs,
      @Nullable String device)
      throws IOException {
    return of(model, files, geometry, repairs, device, model.getClass().getClassLoader());
  }

  /**
   * As above.
   *
   * @param jlama where Jlama's class files and its native library are
   */
  byte[] of(
      AbstractModel model,
      byte[] files,
      PageGeometry geometry,
      Repairs repairs,
      @Nullable String device,
      ClassLoader jlama)
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
    if (device != null) {
      fingerprint.add("attention", device);
    }
    JlamaCode code = new JlamaCode(jlama);
    code.addModel(fingerprint, model.getClass());
    if (!portable) {
      fingerprint
          .add("operations", machine.operations())
          .add("vectors", machine.vectors())
          .add("architectureOfCpu", machine.cpu());
      code.addOperations(fingerprint, machine.operations(), machine.isNative());
    }
    return fingerprint.digest();
  }
}
