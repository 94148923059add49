/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@code terrace serve}; the server runs in a {@link ServeJvm}. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Serves a model by OpenAI's API (/v1/chat/completions, /v1/completions, /v1/models), with"
          + " /health and /metrics, over Jlama with the plugin.",
      "Prints one line when it is ready, and runs until it is stopped (Ctrl-C, SIGTERM): what is"
          + " being answered then comes to its end."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:the server was stopped",
      "1:it ended by itself",
      "2:an option, or something it names, cannot be used"
    })
final class ServeCommand implements Callable<Integer> {
  private static final String CONFIG = "config";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ModelOptions modelOptions = new ModelOptions();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "The address to listen on. Default: ${DEFAULT-VALUE}. The server asks nobody for a key:"
              + " put a proxy that does in front of it before others can reach it.")
  private String host = "";

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8000",
      description = "The port; 0 takes any that is free. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Requests that may wait; one more is answered 429 at once. Default: ${DEFAULT-VALUE}.")
  private int queue;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Requests that are answered at a time, whose computing takes turns. Default:"
              + " ${DEFAULT-VALUE}.")
  private int concurrency;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The plugin's configuration. Default: the one that TERRACE_CONFIG names, else"
              + " terrace.yaml in this folder.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the plugin, as in terrace.yaml, and before what that says: --set"
              + " pool.bytes=2GiB. May be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Override
  public Integer call() throws InterruptedException {
    OptionRange.require(spec, port >= 0 && port <= 65_535, "--port", port, "0 to 65535");
    OptionRange.require(spec, queue >= 1 && queue <= 100_000, "--queue", queue, "1 to 100000");
    OptionRange.require(
        spec, concurrency >= 1 && concurrency <= 64, "--concurrency", concurrency, "1 to 64");
    Map<String, String> keys = checkedSettings();
    try (ServeJvm server = start(keys)) {
      spec.commandLine()
          .getOut()
          .println("Listening on " + server.address() + " (model " + server.model() + ")");
      spec.commandLine().getOut().flush();
      return server.waitFor() == 0 ? 0 : 1;
    }
  }

  private ServeJvm start(Map<String, String> keys) {
    Installation installation = modelOptions.installation();
    try (Progress progress = Progress.standardError()) {
      ChosenModel model =
          new ModelChoice(modelOptions.request(), Hub.huggingFace(), progress).choose();
      progress.phase("Loading " + model.name());
      List<String> flags = new ArrayList<>(ServeJvm.agentFlags(installation, keys));
      flags.addAll(modelOptions.operations().jvmFlags());
      return ServeJvm.start(installation, model.folder(), flags, arguments(model), null);
    }
  }

  private List<String> arguments(ChosenModel model) {
    String name = model.meaningful() ? model.name() : String.valueOf(model.folder().getFileName());
    return List.of(
        "--name",
        name,
        "--host",
        host,
        "--port",
        String.valueOf(port),
        "--queue",
        String.valueOf(queue),
        "--concurrency",
        String.valueOf(concurrency));
  }

  /** What the plugin would turn itself off for is told before anything starts. */
  private Map<String, String> checkedSettings() {
    PluginSettings.read(config, settings);
    Map<String, String> keys = new LinkedHashMap<>();
    if (config != null) {
      keys.put(CONFIG, config.toAbsolutePath().toString());
    }
    keys.putAll(settings);
    return keys;
  }
}
