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

/**
 * What makes the KV of two models in Jlama the same to the last bit: the files, how they are read
 * and worked with, and the code that computes, down to the CPU's kind.
 */
final class JlamaFingerprint {
  /** To be raised when the meaning of a page's bytes changes. */
  private static final String LAYOUT = "jlama/1";

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
    JlamaCode code = new JlamaCode(model.getClass().getClassLoader());
    code.addModel(fingerprint, model.getClass());
    if (!portable) {
      fingerprint
          .add("operations", Operations.name())
          .add("vectors", MachineSpec.VECTOR_TYPE.name())
          .add("architectureOfCpu", System.getProperty("os.arch", ""));
      code.addOperations(fingerprint, Operations.type(), Operations.areNative());
    }
    return fingerprint.digest();
  }
}
