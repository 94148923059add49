/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jmh;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import com.github.tjake.jlama.safetensors.prompt.PromptSupport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What do fewer bits do to answers? Asks a model about passages of a text, twice each: the second
 * time most of the prompt is reused. Does so in one JVM for each precision, without sampling, and
 * prints how many of the second answers are those of {@code exact}.
 *
 * <pre>
 * java -cp jmh-benchmarks/target/benchmarks.jar io.terrace.jmh.AnswerProgram \
 *   MODEL_FOLDER LICENSE 20
 * </pre>
 *
 * <p>The last argument is how many passages. The first line is {@code exact} against itself, before
 * and after reuse: what it says of the others holds only if those are equal.
 */
public final class AnswerProgram {
  private static final int PASSAGE_LETTERS = 1200;
  private static final int ANSWER_TOKENS = 24;
  private static final String QUESTION = "\n\nWhat is this text about? Answer in one sentence.";

  /**
   * @param reused tokens of the prompt
   * @param tokens of the answer, as text, each followed by a space
   */
  private record Answer(long reused, List<String> tokens) {}

  private AnswerProgram() {}

  /** Prints a table. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> cold = new ArrayList<>();
    List<Answer> exact = ask("exact", args, cold);
    long same = 0;
    for (int i = 0; i < exact.size(); i++) {
      same += cold.get(i).equals(String.join(" ", exact.get(i).tokens())) ? 1 : 0;
    }
    System.out.printf("exact: %d of %d answers equal before reuse%n", same, exact.size());
    for (String precision : List.of("f16", "bf16", "q8")) {
      print(precision, exact, ask(precision, args, new ArrayList<>()));
    }
  }

  private static void print(String precision, List<Answer> exact, List<Answer> answers) {
    int equal = 0;
    int leading = 0;
    long reused = 0;
    for (int i = 0; i < exact.size(); i++) {
      List<String> wanted = exact.get(i).tokens();
      List<String> got = answers.get(i).tokens();
      int common = 0;
      while (common < Math.min(wanted.size(), got.size())
          && wanted.get(common).equals(got.get(common))) {
        common++;
      }
      equal += wanted.equals(got) ? 1 : 0;
      leading += common;
      reused += answers.get(i).reused();
    }
    System.out.printf(
        "%s: %d of %d answers equal, the same for %.1f tokens on average, %d tokens reused%n",
        precision, equal, exact.size(), (double) leading / exact.size(), reused / exact.size());
  }

  /**
   * Runs {@link Child}.
   *
   * @param cold gets the answers before reuse
   */
  private static List<Answer> ask(String precision, String[] args, List<String> cold)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-javaagent:runtime-plugin/target/terrace-agent.jar");
    command.add("-Dterrace.kv.precision=" + precision);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    command.addAll(List.of(args));
    command.add(Integer.toString(precision.equals("exact") ? ANSWER_TOKENS : 1));
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<Answer> answers = new ArrayList<>();
    for (String line : child.inputReader().lines().toList()) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("cold")) {
        cold.add(line.substring("cold ".length()));
      } else if (words[0].equals("warm")) {
        answers.add(new Answer(Long.parseLong(words[1]), List.of(words).subList(2, words.length)));
      }
    }
    if (child.waitFor() != 0 || answers.size() != Integer.parseInt(args[2])) {
      throw new IllegalStateException("no answers with precision " + precision + ": " + answers);
    }
    return answers;
  }

  /**
   * Prints both answers to each question, token by token. One argument more: how many tokens the
   * first has.
   */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException, JMException {
      AbstractModel model = ModelSupport.loadModel(Path.of(args[0]).toFile(), DType.F32, DType.I8);
      String text = Files.readString(Path.of(args[1]));
      int passages = Integer.parseInt(args[2]);
      int step = (text.length() - PASSAGE_LETTERS) / passages;
      for (int i = 0; i < passages; i++) {
        String passage = text.substring(i * step, i * step + PASSAGE_LETTERS);
        System.out.println("cold " + answer(model, passage, Integer.parseInt(args[3])));
        String warm = answer(model, passage, ANSWER_TOKENS);
        Object reused =
            ManagementFactory.getPlatformMBeanServer()
                .getAttribute(new ObjectName("io.terrace:type=Reuse"), "LastReusedTokens");
        System.out.println("warm " + reused + " " + warm);
      }
      System.exit(0); // Jlama's threads would keep the JVM alive
    }

    private static String answer(AbstractModel model, String passage, int answerTokens) {
      PromptSupport chat = model.promptSupport().orElseThrow();
      PromptContext prompt = chat.builder().addUserMessage(passage + QUESTION).build();
      List<String> tokens = new ArrayList<>();
      model.generate(
          UUID.randomUUID(),
          prompt,
          0,
          model.encodePrompt(prompt).length + answerTokens - 1,
          (token, millis) -> tokens.add(readable(token)));
      return String.join(" ", tokens);
    }

    private static String readable(String token) {
      StringBuilder letters = new StringBuilder();
      token
          .chars()
          .forEach(c -> letters.append(c > ' ' && c < 127 ? "" + (char) c : "\\" + c + ";"));
      return letters.toString();
    }
  }
}
