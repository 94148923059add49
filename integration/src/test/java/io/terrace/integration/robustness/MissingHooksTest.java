/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.JlamaChange.AddedMethod;
import io.terrace.integration.robustness.JlamaChange.MovedUpMethod;
import io.terrace.integration.robustness.JlamaChange.RenamedField;
import io.terrace.integration.robustness.JlamaChange.RenamedMethod;
import io.terrace.integration.robustness.program.Chat;
import io.terrace.integration.robustness.program.Variants;
import io.terrace.sample.Geometry;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Jlama that has not what the plugin looks for runs as without the plugin, after one line. */
final class MissingHooksTest {
  private static final String KV = "Lcom/github/tjake/jlama/tensor/KvBufferCache$KvBuffer;";
  private static final String TENSOR = "Lcom/github/tjake/jlama/tensor/AbstractTensor;";
  private static final String OPTIONAL = "Ljava/util/Optional;";
  private static final String DTYPE = "Lcom/github/tjake/jlama/safetensors/DType;";
  private static final String BUFFER = "tensor/KvBufferCache$KvBuffer";

  /** Hooks without which the plugin stays off, by their names in the plugin. */
  private static final Map<String, JlamaChange> REQUIRED =
      Map.of(
          "GET_KV_BUFFER",
          new RenamedMethod("tensor/KvBufferCache", "getKvBuffer", "(Ljava/util/UUID;)" + KV),
          "CLOSE_CACHE",
          new MovedUpMethod(new RenamedMethod("tensor/KvBufferCache", "close", "()V")),
          "BATCH_FORWARD",
          new RenamedMethod(
              "model/AbstractModel", "batchForward", "([II" + KV + OPTIONAL + ")" + TENSOR),
          "FORWARD",
          new RenamedMethod(
              "model/AbstractModel", "forward", "(II" + KV + OPTIONAL + ")" + TENSOR));

  /** Hooks without which a part of the plugin stays off. */
  private static final Map<String, JlamaChange> OPTIONAL_ONES =
      Map.of(
          "MLP_FORWARD",
          new MovedUpMethod(forward("model/MLPBlock", TENSOR + OPTIONAL)),
          "ATTENTION_FORWARD",
          forward("model/CausalSelfAttention", TENSOR + "I" + KV + OPTIONAL),
          "MIXTURE_FORWARD",
          new MovedUpMethod(forward("model/MoEBlock", TENSOR + OPTIONAL)),
          "PARALLEL_CHUNKS",
          new RenamedMethod(
              "math/VectorMath", "pchunk", "(IILcom/github/tjake/jlama/util/BiIntConsumer;)V"),
          "ENCODE",
          new MovedUpMethod(
              new RenamedMethod(
                  "safetensors/tokenizer/BPETokenizer", "encode", "(Ljava/lang/String;)[J")),
          "LOAD_MODEL",
          new RenamedMethod(
              "model/ModelSupport",
              "loadModel",
              "(Lcom/github/tjake/jlama/model/AbstractModel$InferenceType;Ljava/io/File;"
                  + ("Ljava/io/File;" + DTYPE + DTYPE + OPTIONAL + OPTIONAL + OPTIONAL)
                  + "Ljava/util/function/Function;)Lcom/github/tjake/jlama/model/AbstractModel;"));

  /** Other members that the plugin needs, each with what its message has to name. */
  private static final Map<String, JlamaChange> MEMBERS =
      Map.of(
          "KvBuffer.getKeyTensorForPosition(int, int)",
          new RenamedMethod(BUFFER, "getKeyTensorForPosition", "(II)" + TENSOR),
          "KvBuffer.getValTensorForPosition(int, int)",
          new RenamedMethod(BUFFER, "getValTensorForPosition", "(II)" + TENSOR),
          "KvBuffer.getKeyTensorsUptoPosition(int, int)",
          new RenamedMethod(BUFFER, "getKeyTensorsUptoPosition", "(II)[" + TENSOR),
          "KvBuffer.getValTensorsUptoPosition(int, int)",
          new RenamedMethod(BUFFER, "getValTensorsUptoPosition", "(II)[" + TENSOR),
          "KvBuffer.getKeyTensorsInRange(int, int, int)",
          new AddedMethod(BUFFER, "getKeyTensorsInRange", "(III)[" + TENSOR),
          "KvBufferCache.model",
          new RenamedField("tensor/KvBufferCache", "model"),
          "CausalSelfAttention.c",
          new RenamedField("model/CausalSelfAttention", "c"),
          "MoEBlock.model",
          new RenamedField("model/MoEBlock", "model"));

  private static Result without;
  private static Result with;

  private static RenamedMethod forward(String owner, String parameters) {
    return new RenamedMethod(owner, "forward", "(" + parameters + ")" + TENSOR);
  }

  @BeforeAll
  static void runAllVariants(@TempDir Path folder) throws Exception {
    Map<String, JlamaChange> changes = new TreeMap<>(REQUIRED);
    changes.putAll(OPTIONAL_ONES);
    changes.putAll(MEMBERS);
    Map<String, Path> jars = new LinkedHashMap<>();
    jars.put("unchanged", JlamaJar.original());
    for (Map.Entry<String, JlamaChange> change : changes.entrySet()) {
      Path jar = folder.resolve("jlama" + jars.size() + ".jar");
      jars.put(change.getKey(), JlamaJar.changed(jar, change.getValue()));
    }
    List<Object> arguments = new ArrayList<>();
    arguments.add(Models.write(folder, Geometry.tiny()));
    arguments.add("system");
    arguments.add(
        ChildJvm.jlama(name -> !name.startsWith("jlama-core")).stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    jars.forEach((name, jar) -> arguments.add(name + "=" + jar));
    without = ChildJvm.of(Variants.class).on(ChildJvm.programs()).run(arguments.toArray());
    with = ChildJvm.of(Variants.class).on(ChildJvm.programs()).agent().run(arguments.toArray());
  }

  @Test
  void everyHookIsTriedHere() throws Exception {
    Map<String, Boolean> known = new TreeMap<>();
    Class<?> hooks = Class.forName("io.terrace.agent.jlama.JlamaHook"); // of the agent's jar
    for (Object hook : hooks.getEnumConstants()) {
      known.put(hook.toString(), (boolean) hooks.getMethod("isRequired").invoke(hook));
    }
    assertThat(known).hasSize(REQUIRED.size() + OPTIONAL_ONES.size());
    assertThat(known.values().stream().filter(required -> required)).hasSize(REQUIRED.size());
  }

  @Test
  void theUnchangedJlamaReusesAndSaysNothingAlarming() {
    Result unchanged = with.section("unchanged");
    assertThat(Long.parseLong(unchanged.line("reused"))).as("%s", unchanged).isPositive();
    assertThat(unchanged.warnings()).isEmpty();
  }

  @Test
  void answersAreThoseOfTheSameJlamaWithoutTheAgent() {
    assertThat(without.exit()).as("%s", without).isZero();
    assertThat(with.exit()).as("%s", with).isZero();
    assertThat(without.lines("==")).hasSize(1 + 10 + MEMBERS.size());
    for (String name : without.lines("==")) {
      assertThat(without.section(name).lines("answer")).as(name).hasSize(4);
      assertThat(with.section(name).lines("answer"))
          .as("%s", with.section(name))
          .isEqualTo(without.section(name).lines("answer"));
      assertThat(with.section(name).lines("thrown")).as(name).isEmpty();
    }
  }

  @Test
  void withoutARequiredHookThePluginStaysOffAfterOneLine() {
    REQUIRED.forEach(
        (name, change) -> {
          Result run = with.section(name);
          assertThat(run.said()).as("%s", run).hasSize(1);
          assertThat(run.warnings().getFirst())
              .startsWith("off for this Jlama, which runs as without the plugin: it lacks ")
              .contains(nameOf(change))
              .contains("known are versions 0.8.1 to 0.8.4");
          assertThat(Long.parseLong(run.line("reused"))).as("%s", run).isNotPositive();
        });
  }

  @Test
  void withoutAnotherHookTheRestWorksAndALineSaysWhatIsMissing() {
    OPTIONAL_ONES.forEach(
        (name, change) -> {
          Result run = with.section(name);
          assertThat(run.warnings()).as("%s", run).hasSize(1);
          assertThat(run.warnings().getFirst())
              .startsWith("this Jlama lacks ")
              .contains(nameOf(change));
          assertThat(Long.parseLong(run.line("reused"))).as("%s", run).isPositive();
          assertThat(run.line("failures")).isEqualTo("0");
        });
  }

  @Test
  void withoutAMemberThatItReadsThePluginStaysOffAfterOneLine() {
    MEMBERS.forEach(
        (name, change) -> {
          Result run = with.section(name);
          assertThat(run.said()).as("%s", run).hasSize(1);
          assertThat(run.warnings().getFirst())
              .startsWith("off for this Jlama, which runs as without the plugin: ")
              .contains(change instanceof RenamedField ? "NoSuchField" : name);
          assertThat(Long.parseLong(run.line("reused"))).as("%s", run).isNotPositive();
        });
  }

  @Test
  void onAFlatClassPathItIsTheSame(@TempDir Path folder) throws Exception {
    Path model = Models.write(folder, Geometry.tiny());
    String hook = "BATCH_FORWARD";
    Path jar = JlamaJar.changed(folder.resolve("j.jar"), requireNonNull(REQUIRED.get(hook)));
    Result flat = ChildJvm.of(Chat.class).first(jar).agent().run(model, 2);
    assertThat(flat.exit()).as("%s", flat).isZero();
    assertThat(flat.lines("answer")).isEqualTo(without.section(hook).lines("answer"));
    assertThat(flat.said()).as("%s", flat).hasSize(1);
  }

  /** As in a message: the class' simple name and the method's. */
  private static String nameOf(JlamaChange change) {
    RenamedMethod method =
        change instanceof MovedUpMethod moved ? moved.method() : (RenamedMethod) change;
    return method.owner().substring(method.owner().lastIndexOf('/') + 1) + "." + method.name();
  }
}
