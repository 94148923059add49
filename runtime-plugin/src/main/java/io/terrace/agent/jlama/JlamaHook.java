/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent.jlama;

import java.util.List;

/**
 * The methods of Jlama that are hooked, as they are in versions 0.8.1 to 0.8.4.
 *
 * <p>A hook that is required has no substitute: without it the plugin stays off. Without one of the
 * others a part of it stays off, or reuse does, as the adapter decides.
 */
public enum JlamaHook {
  GET_KV_BUFFER(
      true, "tensor.KvBufferCache", "getKvBuffer", "GetKvBufferAdvice", List.of("java.util.UUID")),
  CLOSE_CACHE(true, "tensor.KvBufferCache", "close", "CloseCacheAdvice", List.of()),
  BATCH_FORWARD(
      true,
      "model.AbstractModel",
      "batchForward",
      "BatchForwardAdvice",
      List.of("int[]", "int", Names.KV_BUFFER, Names.OPTIONAL)),
  FORWARD(
      true,
      "model.AbstractModel",
      "forward",
      "ForwardAdvice",
      List.of("int", "int", Names.KV_BUFFER, Names.OPTIONAL)),
  MLP_FORWARD(
      false, "model.MLPBlock", "forward", "BlockAdvice", List.of(Names.TENSOR, Names.OPTIONAL)),
  ATTENTION_FORWARD(
      false,
      "model.CausalSelfAttention",
      "forward",
      "AttentionAdvice",
      List.of(Names.TENSOR, "int", Names.KV_BUFFER, Names.OPTIONAL)),
  MIXTURE_FORWARD(
      false, "model.MoEBlock", "forward", "MixtureAdvice", List.of(Names.TENSOR, Names.OPTIONAL)),
  PARALLEL_CHUNKS(
      false,
      "math.VectorMath",
      "pchunk",
      "ParallelChunksAdvice",
      List.of("int", "int", Names.JLAMA + "util.BiIntConsumer")),
  ENCODE(
      false,
      "safetensors.tokenizer.BPETokenizer",
      "encode",
      "EncodeAdvice",
      List.of("java.lang.String")),
  LOAD_MODEL(
      false,
      "model.ModelSupport",
      "loadModel",
      "LoadModelAdvice",
      List.of(
          Names.JLAMA + "model.AbstractModel$InferenceType",
          "java.io.File",
          "java.io.File",
          Names.DTYPE,
          Names.DTYPE,
          Names.OPTIONAL,
          Names.OPTIONAL,
          Names.OPTIONAL,
          "java.util.function.Function"));

  private final boolean required;
  private final String type;
  private final String method;
  private final String advice;

  @SuppressWarnings("ImmutableEnumChecker") // every constant passes List.of
  private final List<String> parameters;

  JlamaHook(boolean required, String type, String method, String advice, List<String> parameters) {
    this.required = required;
    // Without '+': this runs before the application, and '+' would start the method handle
    // machinery.
    this.type = Names.JLAMA.concat(type);
    this.method = method;
    this.advice = "io.terrace.agent.jlama.".concat(advice);
    this.parameters = parameters;
  }

  /** Whether the plugin cannot work at all without this hook. */
  public boolean isRequired() {
    return required;
  }

  /** Binary name of the class that declares the method. */
  public String type() {
    return type;
  }

  public String method() {
    return method;
  }

  /** Binary names of the parameters' types, {@code int[]} for an array of int. */
  public List<String> parameters() {
    return parameters;
  }

  /** Binary name of the advice class. */
  public String advice() {
    return advice;
  }

  /** As in a message: {@code KvBufferCache.getKvBuffer(UUID)}. */
  @Override
  public String toString() {
    List<String> simple = parameters.stream().map(JlamaHook::simpleName).toList();
    return simpleName(type) + "." + method + "(" + String.join(", ", simple) + ")";
  }

  private static String simpleName(String name) {
    return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
  }

  private static final class Names {
    static final String JLAMA = "com.github.tjake.jlama.";
    static final String KV_BUFFER = JLAMA + "tensor.KvBufferCache$KvBuffer";
    static final String TENSOR = JLAMA + "tensor.AbstractTensor";
    static final String DTYPE = JLAMA + "safetensors.DType";
    static final String OPTIONAL = "java.util.Optional";
  }
}
