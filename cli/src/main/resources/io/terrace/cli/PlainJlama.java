/* SPDX-License-Identifier: Apache-2.0 */

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.model.functions.Generator.Response;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import com.github.tjake.jlama.safetensors.tokenizer.Tokenizer;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import com.github.tjake.jlama.util.JsonSupport;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;

/**
 * A program as any user of Jlama would write it: it loads a model and answers prompts. It uses Jlama
 * and the JDK, and it does not know whether an agent is on its command line.
 *
 * <pre>
 *   java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
 *        -cp 'jlama/*' PlainJlama.java MODEL_FOLDER
 * </pre>
 *
 * Requests come on standard input, one a line; each gets one line of JSON on standard output.
 *
 * <ul>
 *   <li>{@code prompt chat|raw TEXT}: the text in the model's chat template, or as it is, and how many
 *       tokens that makes
 *   <li>{@code answer TOTAL PROMPT}: generates until prompt and answer have so many tokens
 *   <li>{@code share true|false -}: whether an agent reuses and keeps what comes from now on
 *   <li>{@code settle - -}: waits until nothing is left to do behind the answers
 * </ul>
 *
 * TEXT and PROMPT are UTF-8 in Base64.
 */
public final class PlainJlama {
  private static final int FLUSH_SECONDS = 300;

  private final AbstractModel model;

  private PlainJlama(AbstractModel model) {
    this.model = model;
  }

  public static void main(String[] args) throws Exception {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // whatever else is printed belongs into the log
    AbstractModel model;
    try {
      model = ModelSupport.loadModel(new File(args[0]), DType.F32, DType.I8);
    } catch (Throwable t) {
      t.printStackTrace();
      answers.println(json(Map.of("error", rootMessage(t))));
      System.exit(1);
      return;
    }
    PlainJlama program = new PlainJlama(model);
    answers.println(json(program.description()));
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      answers.println(json(program.reply(line.split(" ", 3))));
    }
    System.exit(0); // Jlama's threads would keep the JVM alive
  }

  private Map<String, Object> description() {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("operations", TensorOperationsProvider.get().name());
    description.put("contextTokens", model.getConfig().contextLength);
    description.put("keyValueHeads", model.getConfig().numberOfKeyValueHeads);
    description.put("chatTemplate", model.promptSupport().isPresent());
    description.put("weights", model.getWeights().getModelDType().name());
    return description;
  }

  private Map<String, Object> reply(String[] request) {
    try {
      if (request[0].equals("settle")) {
        return settle();
      }
      if (request[0].equals("share")) {
        return share(Boolean.parseBoolean(request[1]));
      }
      String text = new String(Base64.getDecoder().decode(request[2]), StandardCharsets.UTF_8);
      return request[0].equals("prompt")
          ? prompt(request[1].equals("chat"), text)
          : answer(Integer.parseInt(request[1]), text);
    } catch (Throwable t) {
      t.printStackTrace();
      return Map.of("error", rootMessage(t));
    }
  }

  private Map<String, Object> prompt(boolean chat, String text) {
    PromptContext prompt =
        chat && model.promptSupport().isPresent()
            ? model.promptSupport().get().builder().addUserMessage(text).build()
            : PromptContext.of(text);
    Map<String, Object> reply = new LinkedHashMap<>();
    reply.put("prompt", prompt.getPrompt());
    reply.put("tokens", model.encodePrompt(prompt).length);
    return reply;
  }

  private Map<String, Object> answer(int totalTokens, String text) throws Exception {
    settleDecoder();
    List<String> tokens = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    long start = System.nanoTime();
    Response response =
        model.generate(
            UUID.randomUUID(),
            PromptContext.of(text),
            0.0f,
            Math.min(totalTokens, model.getConfig().contextLength),
            (token, millis) -> {
              times.add(System.nanoTime() - start);
              tokens.add(token);
            });

    Map<String, Object> reply = new LinkedHashMap<>();
    addReuse(reply); // before anything else runs the model
    long beforeTokens = System.nanoTime();
    model.getTokenizer().encode(text);
    reply.put("tokenizeNanos", System.nanoTime() - beforeTokens);
    reply.put("promptTokens", model.encodePrompt(PromptContext.of(text)).length);
    reply.put("tokens", tokens);
    reply.put("text", response.responseTextWithSpecialTokens);
    addTimes(reply, tokens, times, response);
    return reply;
  }

  /**
   * Jlama calls back for tokens that are text only. When the answer begins with a special token the
   * time to it is Jlama's own figure, in whole milliseconds.
   */
  private static void addTimes(
      Map<String, Object> reply, List<String> tokens, List<Long> times, Response response) {
    boolean seen =
        !tokens.isEmpty() && response.responseTextWithSpecialTokens.startsWith(tokens.get(0));
    reply.put("firstTokenSeen", seen);
    reply.put("firstTokenNanos", seen ? times.get(0) : response.promptTimeMs * 1_000_000);
    List<Long> steps = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      steps.add(times.get(i) - times.get(i - 1));
    }
    if (steps.isEmpty() && response.generatedTokens > 0) {
      steps.add(response.generateTimeMs * 1_000_000 / response.generatedTokens);
    }
    reply.put("stepNanos", steps);
  }

  /** An agent may publish what it reused; an application reads it like any other managed bean. */
  private static void addReuse(Map<String, Object> reply) throws Exception {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    ObjectName reuse = new ObjectName("io.terrace:type=Reuse");
    if (beans.isRegistered(reuse)) {
      reply.put("lastPromptTokens", beans.getAttribute(reuse, "LastPromptTokens"));
      reply.put("reusedTokens", beans.getAttribute(reuse, "LastReusedTokens"));
      reply.put("onDevice", isOnDevice(beans, reuse));
    }
  }

  /** An agent may say how attention on a device goes: not lost, and no session left it. */
  private static boolean isOnDevice(MBeanServer beans, ObjectName reuse) throws Exception {
    try {
      TabularData figures = (TabularData) beans.getAttribute(reuse, "Device");
      return !figures.isEmpty() && figure(figures, "lost") + figure(figures, "leftBy") == 0;
    } catch (AttributeNotFoundException e) {
      return false;
    }
  }

  private static long figure(TabularData figures, String name) {
    return (long) figures.get(new Object[] {name}).get("value");
  }

  /** An agent may let itself be switched off and on. */
  private static Map<String, Object> share(boolean sharing) throws Exception {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    ObjectName reuse = new ObjectName("io.terrace:type=Reuse");
    if (beans.isRegistered(reuse)) {
      beans.setAttribute(reuse, new Attribute("Sharing", sharing));
    }
    return Map.of("sharing", sharing);
  }

  /** An agent may have something to store behind the answers. */
  private static Map<String, Object> settle() throws Exception {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    ObjectName reuse = new ObjectName("io.terrace:type=Reuse");
    long begun = System.nanoTime();
    if (beans.isRegistered(reuse)) {
      Thread.sleep(60); // what follows an answer may follow it closely
      beans.invoke(
          reuse, "flush", new Object[] {FLUSH_SECONDS}, new String[] {int.class.getName()});
    }
    return Map.of("nanos", System.nanoTime() - begun);
  }

  /**
   * Jlama gathers the bytes of byte-fallback tokens by fours, across answers. An answer must not
   * begin with what the one before left behind, or equal tokens would give unequal text.
   */
  private void settleDecoder() {
    Tokenizer tokenizer = model.getTokenizer();
    Long letter = tokenizer.getModel().vocabLookup.get("<0x41>");
    for (int i = 0; letter != null && i < 4 && tokenizer.decode(letter).isEmpty(); i++) {}
  }

  private static String rootMessage(Throwable t) {
    Throwable root = t;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  private static String json(Map<String, Object> reply) throws Exception {
    return JsonSupport.om.writeValueAsString(reply);
  }
}
