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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Jlama that has not what the plugin looks for runs as without the plugin, after one line. */
@Tag("processes")
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
  private static List<String> answers;

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
    Object[] all = arguments.toArray();
    // Without the agent one will do: members by other names do not change what Jlama computes.
    without = ChildJvm.of(Variants.class).on(ChildJvm.programs()).run(Arrays.copyOf(all, 4));
    answers = without.section("unchanged").lines("answer");
    with = ChildJvm.of(Variants.class).on(ChildJvm.programs()).agent().run(all);
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
  void answersAreThoseOfJlamaWithoutTheAgent() {
    assertThat(answers).as("%s", without).hasSize(4);
    assertThat(with.exit()).as("%s", with).isZero();
    assertThat(with.lines("==")).hasSize(1 + 10 + MEMBERS.size());
    for (String name : with.lines("==")) {
      Result run = with.section(name);
      assertThat(run.lines("answer")).as("%s: %s", name, run).isEqualTo(answers);
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
    Result flat = flat(folder, requireNonNull(REQUIRED.get("BATCH_FORWARD"))).run(model, 2);
    assertThat(flat.exit()).as("%s", flat).isZero();
    assertThat(flat.lines("answer")).isEqualTo(answers);
    assertThat(flat.said()).as("%s", flat).hasSize(1);
  }

  @Test
  void withoutTheHookThatTellsAModelsFolderItsChunksStayInMemoryAndThatIsSaid() {
    assertThat(with.section("LOAD_MODEL").said())
        .contains("INFO LLAMA: not made by ModelSupport.loadModel: its chunks stay in memory");
  }

  @Test
  void withoutTheHookOfARepairAGeometryThatNeedsItIsNotReused(@TempDir Path folder)
      throws Exception {
    Path model = Models.write(folder, Geometry.tinyUnevenRows());
    JlamaChange change = requireNonNull(OPTIONAL_ONES.get("PARALLEL_CHUNKS"));
    Result run = flat(folder, change).run(model, 1);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.warnings()).as("%s", run).hasSize(2);
    assertThat(run.warnings().get(0)).startsWith("this Jlama lacks ").contains(nameOf(change));
    assertThat(run.warnings().get(1))
        .contains("no reuse: Jlama leaves rows of matrix products of this model uncomputed")
        .contains("jlama.repair");
    assertThat(run.line("reused")).isEqualTo("0");
    assertThat(run.line("failures")).isEqualTo("0");
  }

  /** A method that the adapter calls and nobody looks for beforehand. */
  @Test
  void whatFailsInTheAdapterIsAMissToldOnce(@TempDir Path folder) throws Exception {
    Path model = Models.write(folder, Geometry.tiny());
    JlamaChange change = new RenamedMethod("model/AbstractModel", "getWorkingDType", "()" + DTYPE);
    Result run = flat(folder, change).run(model, 2);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.lines("answer")).isEqualTo(answers);
    assertThat(run.warnings()).as("%s", run).hasSize(1);
    assertThat(run.warnings().getFirst()).contains("NoSuchMethodError", "getWorkingDType");
    assertThat(Long.parseLong(run.line("failures"))).as("each is counted").isGreaterThan(1);
    assertThat(run.line("reused")).isEqualTo("0");
  }

  /** What is new in it may compute otherwise, although all that the plugin looks for is there. */
  @Test
  void aVersionThatIsNotKnownRunsWithoutThePluginAfterOneLine(@TempDir Path folder)
      throws Exception {
    Path named = folder.resolve("META-INF/maven/com.github.tjake/jlama-core/pom.properties");
    Files.createDirectories(named.getParent());
    Files.writeString(named, "groupId=com.github.tjake\nartifactId=jlama-core\nversion=0.9.9\n");
    Path model = Models.write(folder, Geometry.tiny());
    Result run = ChildJvm.of(Chat.class).first(folder).agent().run(model, 2);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.lines("answer")).isEqualTo(answers);
    assertThat(run.said()).as("%s", run).hasSize(1);
    assertThat(run.warnings().getFirst())
        .isEqualTo(
            "off for this Jlama, which runs as without the plugin: it lacks a version that is"
                + " known: it is 0.9.9 (known are versions 0.8.1 to 0.8.4)");
  }

  private static ChildJvm flat(Path folder, JlamaChange change) throws IOException {
    Path jar = JlamaJar.changed(folder.resolve("j.jar"), change);
    return ChildJvm.of(Chat.class).first(jar).agent();
  }

  /** As in a message: the class' simple name and the method's. */
  private static String nameOf(JlamaChange change) {
    RenamedMethod method =
        change instanceof MovedUpMethod moved ? moved.method() : (RenamedMethod) change;
    return method.owner().substring(method.owner().lastIndexOf('/') + 1) + "." + method.name();
  }
}
