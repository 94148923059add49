/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The checked-in documents say what the declarations say. To write them anew: {@code mvn -pl
 * runtime-plugin -am test -Dtest=DocumentsTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dterrace.test.updateDocs=true}.
 */
final class DocumentsTest {
  private static final Path DOCS = Path.of(System.getProperty("basedir", ""), "..", "docs");
  private static final String STALE =
      "stale: run DocumentsTest with -Dterrace.test.updateDocs=true";

  private final Path folder;

  DocumentsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void tableIsUpToDate() throws IOException {
    assertUpToDate("", PluginOptions.markdownTable());
  }

  @Test
  void tableOfEveryTiersKeysIsUpToDate() throws IOException {
    assertUpToDate("tiers ", TierOptions.markdownTable());
  }

  private static void assertUpToDate(String section, String table) throws IOException {
    String begin = "<!-- generated: " + section + "begin -->\n";
    String end = "<!-- generated: " + section + "end -->";
    Path page = DOCS.resolve("configuration.md");
    String text = Files.readString(page);
    if (Boolean.getBoolean("terrace.test.updateDocs")) {
      int from = text.indexOf(begin) + begin.length();
      text = text.substring(0, from) + table + text.substring(text.indexOf(end));
      Files.writeString(page, text);
    }
    String generated = text.substring(text.indexOf(begin) + begin.length(), text.indexOf(end));
    assertThat(generated).as(STALE).isEqualTo(table);
  }

  @Test
  void exampleIsUpToDate() throws IOException {
    Path file = DOCS.resolve("terrace.yaml");
    if (Boolean.getBoolean("terrace.test.updateDocs")) {
      Files.writeString(file, PluginOptions.exampleYaml());
    }
    assertThat(Files.readString(file)).as(STALE).isEqualTo(PluginOptions.exampleYaml());
  }

  @Test
  void exampleIsWhatHoldsWithoutIt() {
    PluginConfig config = new Fixture(folder).file(PluginOptions.exampleYaml()).config();
    assertThat(config)
        .usingRecursiveComparison()
        .ignoringFields("tiers.order") // where the stack was written
        .isEqualTo(new Fixture(folder).file("").config());
  }

  @Test
  void everyKeyOfTheExampleCanBeUncommented() {
    String open =
        PluginOptions.exampleYaml().replaceAll("(?m)^( *)# (bytes|chunkTokens): ", "$1$2: ");
    PluginConfig config =
        new Fixture(folder)
            .file(open.replace("# tiers:", "tiers:").replaceAll("#( +(cpu|type|capacity):)", " $1"))
            .config();
    assertThat(config.chunkTokens()).isEqualTo(OptionalInt.of(256));
    assertThat(config.poolBytes()).isEqualTo(2L << 30);
    Option<Long> capacity = Option.bytes("capacity", "");
    assertThat(config.tierSettings("cpu", ConfigSpec.of(capacity)).get(capacity))
        .isEqualTo(2L << 30);
  }

  @Test
  void writesAnyKindOfOption() {
    ConfigSpec spec =
        ConfigSpec.of(
            Option.string("a.b.text", "Text.").defaultsTo("it's: #1"),
            Option.path("a.b.root", "Root."),
            Option.strings("a.names", "Names.").defaultsTo(List.of("x", "-y")),
            Option.string("c", "Secret.").computed("none", "hunter2").asSecret());
    assertThat(ExampleYaml.of(spec))
        .isEqualTo(
            """
            a:
              b:
                # Text.
                # Wanted: a text.
                text: 'it''s: #1'

                # Root.
                # Wanted: a path.
                # Must be set.
                # root:

              # Names.
              # Wanted: a list.
              names: [x, '-y']

            # Secret.
            # Wanted: a text.
            # Default: none.
            # c: '***'
            """);
  }
}
