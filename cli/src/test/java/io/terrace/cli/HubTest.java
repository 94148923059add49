/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a server of our own: no test needs a network. */
@Timeout(60)
final class HubTest {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  @TempDir private Path folder = Path.of("");
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server = start();

  @BeforeEach
  void answerListings() {
    String listing =
        """
        [{"type":"file","path":"model.safetensors","size":1000},
         {"type":"file","path":"consolidated.safetensors","size":5000},
         {"type":"directory","path":"onnx","size":0},
         {"type":"file","path":"tokenizer.json","size":200},
         {"type":"file","path":"config.json","size":30},
         {"type":"file","path":"README.md","size":4}]
        """;
    answer("/api/models/owner/good/tree/main", 200, listing);
    answer("/api/models/owner/gone/tree/main", 404, "{}");
    answer("/api/models/owner/text/tree/main", 200, "[{\"path\":\"README.md\",\"size\":4}]");
    answer("/api/models/owner/junk/tree/main", 200, "<html>");
    server.createContext("/api/models/owner/slow/tree/main", exchange -> await());
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
  }

  @Test
  void theSizeIsThatOfTheFilesThatJlamaTakes() {
    assertThat(hub().downloadBytes("owner/good")).hasValue(1234);
  }

  @Test
  void whatCannotBeHadHasNoSize() {
    assertThat(hub().downloadBytes("owner/gone")).isEmpty();
    assertThat(hub().downloadBytes("owner/text")).as("a model without weights").isEmpty();
    assertThat(hub().downloadBytes("owner/junk")).isEmpty();
  }

  @Test
  void aHubThatDoesNotAnswerIsGivenUp() {
    assertThat(hub().downloadBytes("owner/slow")).isEmpty();
    end.countDown();
    server.stop(0);
    assertThat(hub().downloadBytes("owner/good")).isEmpty();
  }

  @Test
  void aFinishedDownloadIsTakenWithoutTheHub() throws IOException {
    assertThat(Hub.isDownloaded(folder, "owner/name")).isFalse();
    Path local = Files.createDirectories(Hub.local(folder, "owner/name"));
    assertThat(Hub.isDownloaded(folder, "owner/name")).as("begun, not finished").isFalse();
    Files.createFile(local.resolve(".finished"));
    assertThat(Hub.isDownloaded(folder, "owner/name")).isTrue();
    try (Progress progress = new Progress(nowhere(), false)) {
      assertThat(Hub.huggingFace().download(folder, "owner/name", progress)).isEqualTo(local);
    }
  }

  @Test
  void onlyOwnerAndNameMakeAName() {
    assertThat(Hub.isName("HuggingFaceTB/SmolLM2-135M-Instruct")).isTrue();
    assertThat(Hub.isName("/models/smol")).isFalse();
    assertThat(Hub.isName("../smol")).isFalse();
    assertThat(Hub.isName("models/smol/q4")).isFalse();
    assertThat(Hub.isName("smol")).isFalse();
  }

  private Hub hub() {
    return new Hub(
        URI.create("http://localhost:" + server.getAddress().getPort()),
        PATIENCE,
        (target, model, progress) -> {
          throw new IOException("nothing is fetched here");
        });
  }

  private void answer(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static HttpServer start() {
    try {
      InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      HttpServer server = HttpServer.create(any, 0);
      server.start();
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PrintStream nowhere() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
