/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** A request that a {@link FaultProxy} holds, and what can be done with it. */
final class Exchange {
  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

  private final HttpMessage request;
  private final Socket client;
  private final Socket server;
  private final BufferedInputStream answers;

  Exchange(HttpMessage request, Socket client, Socket server, BufferedInputStream answers) {
    this.request = request;
    this.client = client;
    this.server = server;
    this.answers = answers;
  }

  /** The first line. */
  String line() {
    return request.firstLine();
  }

  boolean is(String method) {
    return line().startsWith(method + " ");
  }

  boolean hasHeader(String name) {
    return request.header(name) != null;
  }

  /** Lets it through. */
  void pass() throws IOException {
    pass(out -> out);
  }

  /**
   * Lets it through.
   *
   * @param change of the answer's body
   */
  void pass(UnaryOperator<OutputStream> change) throws IOException {
    sendRequest();
    HttpMessage answer = readAnswer();
    OutputStream out = client.getOutputStream();
    out.write(answer.head());
    boolean empty = is("HEAD") || answer.status() == 204 || answer.status() == 304;
    if (!empty) {
      answer.copyBody(change.apply(out), true);
    }
    if ("close".equalsIgnoreCase(answer.header("connection"))) {
      throw new IOException("the server ends the connection");
    }
  }

  /** Lets the request through, and keeps the answer. */
  void passSilently() throws IOException {
    sendRequest();
    HttpMessage answer = readAnswer();
    if (!is("HEAD")) {
      answer.copyBody(OutputStream.nullOutputStream(), true);
    }
  }

  private void sendRequest() throws IOException {
    OutputStream out = server.getOutputStream();
    try {
      out.write(request.headWithout("expect"));
      readBody(out);
    } catch (IOException e) {
      return; // a server that answers early may not read on; what it answered is there
    }
  }

  private void readBody(OutputStream out) throws IOException {
    if (request.header("expect") != null) {
      client.getOutputStream().write(CONTINUE.getBytes(StandardCharsets.ISO_8859_1));
    }
    request.copyBody(out, false);
  }

  private HttpMessage readAnswer() throws IOException {
    while (true) {
      HttpMessage answer = HttpMessage.read(answers);
      if (answer == null) {
        throw new IOException("the server ended the connection without an answer");
      }
      if (answer.status() >= 200) {
        return answer;
      }
    }
  }

  /** Answers as a server of S3, without asking it. */
  void answer(int status, String headers, String body) throws IOException {
    readBody(OutputStream.nullOutputStream());
    String text =
        "HTTP/1.1 "
            + status
            + " Told\r\nContent-Type: application/xml\r\nContent-Length: "
            + (is("HEAD") ? 0 : body.length())
            + "\r\n"
            + headers
            + "\r\n"
            + (is("HEAD") ? "" : body);
    OutputStream out = client.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Never answers; returns when the client has gone. */
  void hang() throws IOException {
    readBody(OutputStream.nullOutputStream());
    int next = client.getInputStream().read();
    throw new IOException("the client " + (next < 0 ? "ended the connection" : "went on"));
  }

  /** Breaks the connection off. */
  void reset() throws IOException {
    client.setSoLinger(true, 0);
    client.close();
    throw new IOException("reset");
  }
}
