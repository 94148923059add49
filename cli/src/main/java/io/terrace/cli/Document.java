/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The text that the prompts are about. */
record Document(String name, String text) {
  /** Reads the user's file, or the licence and README of this project when there is none. */
  static Document load(@Nullable Path file) {
    return file == null ? ofThisProject() : ofFile(file);
  }

  /** The first {@code chars} characters of the document, repeated as often as that takes. */
  String prefix(int chars) {
    int whole = chars / text.length();
    int end = chars % text.length();
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--; // half a character would become a question mark on its way
    }
    return text.repeat(whole) + text.substring(0, end);
  }

  private static Document ofThisProject() {
    return new Document(
        "this project's LICENSE and README.md",
        resource("LICENSE") + "\n\n" + resource("README.md"));
  }

  private static Document ofFile(Path file) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw CliException.badInput("--document=" + file + " is not UTF-8 text; convert it first");
    } catch (IOException e) {
      throw CliException.badInput(
          "--document=" + file + " cannot be read: " + Messages.why(e, file));
    }
    if (text.isBlank()) {
      throw CliException.badInput("--document=" + file + " holds no text; give a text file");
    }
    return new Document(file.toString(), text);
  }

  private static String resource(String name) {
    try (InputStream in = Document.class.getResourceAsStream("document/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the jar was built without document/" + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
