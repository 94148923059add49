/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import io.terrace.api.Terrace;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The program: a JVM that serves one model until it is told to stop by SIGTERM or SIGINT. Prints
 * one line when it is ready; everything else goes to standard error. Exit status: 0 stopped, 1 the
 * model cannot be loaded or the address is taken, 2 an option is wrong.
 */
public final class Serve {
  private static final Logger LOG = System.getLogger(Serve.class.getName());

  private Serve() {}

  /** Entry point; ends the JVM. */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // whatever else is printed belongs into the log
    System.exit(run(List.of(arguments), out));
  }

  private static int run(List<String> arguments, PrintStream out) {
    ServeOptions options;
    try {
      options = ServeOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("terrace serve: " + e.getMessage());
      return 2;
    }
    CountDownLatch told = new CountDownLatch(1);
    Signals.handle(List.of("TERM", "INT"), told::countDown);
    if (options.untilEndOfInput()) {
      stopAtEndOfInput(told);
    }
    try (LanguageModel model = JlamaModel.load(options.model(), options.name());
        ApiServer server =
            ApiServer.start(model, options.host(), options.port(), limits(options))) {
      out.println("Listening on " + server.address() + " (model " + model.name() + ")");
      told.await();
      return 0;
    } catch (IOException e) {
      System.err.println("terrace serve: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      return 1;
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "the model in " + options.model() + " cannot be served", e);
      return 1;
    }
  }

  /** Two calls at once on one model are wrong in Jlama alone; the plugin sees to them. */
  private static Limits limits(ServeOptions options) {
    boolean alone = !Terrace.isActive();
    if (alone && options.concurrency() > 1) {
      LOG.log(
          Level.WARNING,
          "without the plugin Jlama computes one request at a time: --concurrency={0} is taken as 1",
          options.concurrency());
    }
    return Limits.standard(options.queue(), alone ? 1 : options.concurrency());
  }

  private static void stopAtEndOfInput(CountDownLatch told) {
    Thread.ofPlatform()
        .daemon()
        .name("terrace-serve-input")
        .start(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                LOG.log(Level.DEBUG, "standard input is gone", e);
              }
              told.countDown();
            });
  }
}
