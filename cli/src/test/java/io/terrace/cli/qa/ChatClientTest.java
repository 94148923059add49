/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.terrace.cli.qa.StandInServer.Seen;
import io.terrace.cli.qa.StandInServer.Trouble;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ChatClientTest {
  private static final List<Message> HELLO = List.of(Message.user("Hello \"you\"\n"));

  private StandInServer server = newServer();
  private final ChatClient client =
      new ChatClient(StandInServer.MODEL, Duration.ofSeconds(30), "secret");

  private static StandInServer newServer() {
    try {
      return new StandInServer();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void isNew() {
    assertThat(server.seen()).isEmpty();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void asksAsTheOriginalDoes() throws Exception {
    Reply reply = client.ask(server.address(), HELLO, 17, 42);
    assertThat(reply.text()).startsWith("Once ");
    assertThat(reply.served().generationTokens()).isEqualTo(2);
    assertThat(reply.served().ttft()).isPositive();
    Seen seen = server.seen().get(0);
    assertThat(seen.userId()).isEqualTo("42");
    assertThat(seen.authorization()).isEqualTo("Bearer secret");
    assertThat(seen.body().toString())
        .isEqualTo(
            "{\"model\":\"stand-in\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello \\\"you\\\"\\n\"}],"
                + "\"temperature\":0,\"max_tokens\":17,\"stream\":true,"
                + "\"stream_options\":{\"include_usage\":true}}");
  }

  @Test
  void withoutAKeyNoneIsSent() throws Exception {
    try (ChatClient keyless = new ChatClient(StandInServer.MODEL, Duration.ofSeconds(30), "")) {
      keyless.ask(server.address(), HELLO, 1, 0);
    }
    assertThat(server.seen().get(0).authorization()).isEqualTo("null");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BUSY | HTTP 429: the queue is full",
        "BROKEN | HTTP 500: it broke",
        "NO_TEXT | no text in the stream",
        "NO_USAGE | no usage in the stream",
        "ERROR_IN_STREAM | error in the stream: out of memory",
        "NO_JSON | no JSON in the stream",
      })
  void aFailureNamesItsReason(Trouble trouble, String reason) {
    server.trouble(trouble);
    assertFails(client, server.address(), reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SILENT", "ENDLESS"})
  void nothingLastsLongerThanTheDeadline(Trouble trouble) {
    server.trouble(trouble);
    try (ChatClient hasty = new ChatClient(StandInServer.MODEL, Duration.ofMillis(300), "")) {
      assertFails(hasty, server.address(), "no whole answer within 0.3 s");
    }
  }

  @Test
  void anUnknownModelIsTheServersWord() {
    try (ChatClient other = new ChatClient("gpt-9", Duration.ofSeconds(30), "")) {
      assertFails(other, server.address(), "HTTP 404: The model `gpt-9` does not exist");
    }
  }

  @Test
  void nobodyListens() throws IOException {
    try (SocketChannel held = SocketChannel.open()) { // bound, and nobody else's
      held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = ((InetSocketAddress) held.getLocalAddress()).getPort();
      URI address = URI.create("http://127.0.0.1:" + port + "/v1");
      assertFails(client, address, "cannot connect to " + address);
    }
  }

  @Test
  void aStreamMayBeSplitAnywhere() throws Exception {
    String stream =
        """
        : hello

        data: {"choices":[{"delta":{"content":"Größe \\u00e9 😀"}}]}

        data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}

        data: [DONE]

        """
            .replace("\n", "\r\n");
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    for (int size : new int[] {1, 2, 3, 7, 61}) {
      try (ServerSocket raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Thread.ofVirtual().start(() -> serveOnce(raw, bytes, size, true));
        URI address = URI.create("http://127.0.0.1:" + raw.getLocalPort() + "/v1");
        Reply reply = client.ask(address, HELLO, 1, 0);
        assertThat(reply.text()).as("in pieces of " + size).isEqualTo("Größe é 😀");
        assertThat(reply.served().promptTokens()).isEqualTo(3);
      }
    }
  }

  @Test
  void aConnectionThatIsCutIsNoAnswer() throws Exception {
    byte[] bytes =
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n"
            .getBytes(StandardCharsets.UTF_8);
    try (ServerSocket raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> serveOnce(raw, bytes, bytes.length, false));
      URI address = URI.create("http://127.0.0.1:" + raw.getLocalPort() + "/v1");
      assertFails(client, address, "connection lost: ");
    }
  }

  /** Each piece is a chunk of its own. */
  private static void serveOnce(ServerSocket raw, byte[] bytes, int size, boolean toTheEnd) {
    try (Socket socket = raw.accept()) {
      socket.setTcpNoDelay(true);
      readRequest(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      out.write(ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
      for (int from = 0; from < bytes.length; from += size) {
        int length = Math.min(size, bytes.length - from);
        out.write(ascii(Integer.toHexString(length) + "\r\n"));
        out.write(bytes, from, length);
        out.write(ascii("\r\n"));
        out.flush();
      }
      if (toTheEnd) {
        out.write(ascii("0\r\n\r\n"));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All of it: a connection that is closed before would be reset. */
  private static void readRequest(InputStream in) throws IOException {
    StringBuilder request = new StringBuilder();
    while (request.indexOf("\"include_usage\":true}}") < 0) {
      request.append((char) in.read());
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void assertFails(ChatClient client, URI address, String reason) {
    assertThatThrownBy(() -> client.ask(address, HELLO, 1, 0))
        .isInstanceOf(RequestFailure.class)
        .hasMessageStartingWith(reason);
  }
}
