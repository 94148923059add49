/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.tjake.jlama.model.AbstractModel;
import io.terrace.loader.Fingerprint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;

/**
 * The code of Jlama that decides over bits of KV, as its class loader has it: the versions that its
 * jars name, and the bytes of the classes, so that neither a build without a version nor one that
 * kept its version passes for another.
 *
 * @param loader of the application's Jlama
 */
record JlamaCode(ClassLoader loader) {
  private static final String JLAMA = "com/github/tjake/jlama/";

  /** Classes that compute for every model, below {@link #JLAMA}. */
  static final List<String> CLASSES =
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
          "tensor/AbstractTensor",
          "tensor/BFloat16BufferTensor",
          "tensor/Float16BufferTensor",
          "tensor/FloatBufferTensor",
          "tensor/Q4ByteBufferTensor",
          "tensor/Q5ByteBufferTensor",
          "tensor/Q8ByteBufferTensor",
          "tensor/operations/PanamaTensorOperations",
          "tensor/operations/PanamaTensorOperations$GemmerBF16",
          "tensor/operations/PanamaTensorOperations$GemmerF32",
          "tensor/operations/PanamaTensorOperations$GemmerF32BF16",
          "tensor/operations/PanamaTensorOperations$GemmerF32Q4_256",
          "tensor/operations/PanamaTensorOperations$GemmerF32Q4_512",
          "tensor/operations/PanamaTensorOperations$GemmerI8Q4_256",
          "tensor/operations/PanamaTensorOperations$GemmerI8Q4_512",
          "tensor/operations/PanamaTensorOperations$GemmerI8Q4_arm");

  /** What jlama-native has, and what it is called by. */
  static final List<String> NATIVE =
      List.of(
          JLAMA + "tensor/operations/cnative/NativeSimd.class",
          "META-INF/native/lib/libjlama.so",
          "META-INF/native/lib/libjlama.dylib",
          "META-INF/native/lib/jlama.dll");

  /**
   * Adds what every model is computed with, whatever the operations.
   *
   * @param model the class of the model
   * @throws IOException if a class file cannot be read
   */
  void addModel(Fingerprint fingerprint, Class<?> model) throws IOException {
    fingerprint.add("version", version("jlama-core"));
    for (String type : CLASSES) {
      fingerprint.add(type, resource(JLAMA + type + ".class"));
    }
    Class<?> type = model;
    while (type != AbstractModel.class && type != null) {
      addClass(fingerprint, type.getName());
      type = type.getSuperclass();
    }
  }

  /**
   * Adds the operations.
   *
   * @param operations the name of their class
   * @param areNative whether they are those of jlama-native
   * @throws IOException if a class file cannot be read
   */
  void addOperations(Fingerprint fingerprint, String operations, boolean areNative)
      throws IOException {
    addClass(fingerprint, operations);
    if (areNative) {
      fingerprint.add("nativeVersion", version("jlama-native"));
      for (String name : NATIVE) {
        fingerprint.add(name, resource(name));
      }
    }
  }

  private void addClass(Fingerprint fingerprint, String name) throws IOException {
    fingerprint.add(name, resource(name.replace('.', '/') + ".class"));
  }

  /** The version that Maven wrote into a jar of Jlama; nothing where it was packed without that. */
  private String version(String artifact) throws IOException {
    Properties properties = new Properties();
    byte[] written = resource("META-INF/maven/com.github.tjake/" + artifact + "/pom.properties");
    properties.load(new ByteArrayInputStream(written));
    return properties.getProperty("version", "");
  }

  /** A resource's bytes, none if it is not there. */
  private byte[] resource(String name) throws IOException {
    try (InputStream in = loader.getResourceAsStream(name)) {
      return in == null ? new byte[0] : in.readAllBytes();
    }
  }
}
