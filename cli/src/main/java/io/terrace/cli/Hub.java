/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tjake.jlama.safetensors.SafeTensorSupport;
import com.github.tjake.jlama.util.Downloader;
import com.github.tjake.jlama.util.ProgressReporter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Models on huggingface.co: how large they are, and Jlama's own downloader. */
final class Hub {
  /** What fetches models. */
  interface Source {
    /** Fetches a model below a folder, or finds it there; returns the model's own folder. */
    Path fetch(Path folder, String model, ProgressReporter progress) throws IOException;
  }

  /** 135 million parameters, Apache-2.0; Jlama runs it as it is published. */
  static final String DEFAULT_MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][\\w.-]*/[\\w.-]+");
  private static final URI ADDRESS = URI.create("https://huggingface.co");
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final URI address;
  private final Duration patience;
  private final Source source;

  /**
   * @param address asked for sizes; the source has an address of its own
   * @param patience how long an answer may take
   */
  Hub(URI address, Duration patience, Source source) {
    this.address = address;
    this.patience = patience;
    this.source = source;
  }

  static Hub huggingFace() {
    return new Hub(ADDRESS, PATIENCE, Hub::byJlama);
  }

  private static Path byJlama(Path folder, String model, ProgressReporter progress)
      throws IOException {
    return new Downloader(folder.toString(), model)
        .withProgressReporter(progress)
        .huggingFaceModel()
        .toPath();
  }

  static boolean isName(String model) {
    return NAME.matcher(model).matches();
  }

  /** Bytes that the downloader would fetch, or nothing when the hub does not say so in time. */
  OptionalLong downloadBytes(String model) {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/api/models/" + model + "/tree/main"))
            .timeout(patience)
            .build();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(patience).build()) {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200 ? sum(response.body()) : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty(); // no network is an ordinary case, and the caller says so
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
  }

  /** Whether an earlier download of this model into {@code folder} was finished. */
  static boolean isDownloaded(Path folder, String model) {
    return Files.exists(local(folder, model).resolve(".finished"));
  }

  static Path local(Path folder, String model) {
    int slash = model.indexOf('/');
    return SafeTensorSupport.constructLocalModelPath(
        folder.toString(), model.substring(0, slash), model.substring(slash + 1));
  }

  /** Has the model downloaded below {@code folder}, or found there. */
  Path download(Path folder, String model, Progress progress) throws IOException {
    return source.fetch(
        folder,
        model,
        (file, done, total) -> {
          progress.detail(String.format(Locale.ROOT, "%s, %s", file, share(done, total)));
          pause(); // Jlama calls this in a loop without end
        });
  }

  private static String share(long done, long total) {
    return total > 0
        ? Math.min(100, 100 * done / total) + " % of " + Messages.megabytes(total)
        : Messages.megabytes(done);
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Jlama takes the weights, the config, what belongs to the tokenizer, and the read-me. */
  private static OptionalLong sum(String listing) throws IOException {
    JsonNode files = new ObjectMapper().readTree(listing);
    long bytes = 0;
    boolean weights = false;
    for (JsonNode file : files) {
      String name = file.path("path").asText().toLowerCase(Locale.ROOT);
      boolean isWeights = name.contains("safetensor") && !name.contains("consolidated");
      weights |= isWeights;
      if (isWeights
          || name.equals("config.json")
          || name.contains("tokenizer")
          || name.contains("readme")) {
        bytes += file.path("size").asLong();
      }
    }
    return weights ? OptionalLong.of(bytes) : OptionalLong.empty();
  }
}
