/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;

/** The main class of a {@link Child}. */
final class ChildMain {
  /** What the work threw, as text: not everything thrown can be sent. */
  record Failure(String trace) implements Serializable {}

  private ChildMain() {}

  public static void main(String[] arguments) throws IOException, ClassNotFoundException {
    PrintStream channel = System.out;
    System.setOut(System.err);
    ObjectOutputStream answers = new ObjectOutputStream(channel);
    answers.flush();
    ObjectInputStream requests = new ObjectInputStream(System.in);
    ChildModels models = new ChildModels();
    try {
      while (true) {
        answers.writeObject(run((Child.Work<?>) requests.readObject(), models));
        answers.reset();
        answers.flush();
      }
    } catch (EOFException e) {
      System.exit(0); // the parent is done, and Jlama's threads would go on
    }
  }

  private static Object run(Child.Work<?> work, ChildModels models) {
    try {
      return work.run(models);
    } catch (Throwable e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      return new Failure(trace.toString());
    }
  }
}
