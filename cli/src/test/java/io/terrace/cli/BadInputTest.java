/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a command line is said before anything long begins. */
final class BadInputTest {
  @TempDir private Path folder = Path.of("");
  private Path agent = Path.of("");

  @BeforeEach
  void makeAgent() throws IOException {
    agent = Files.createFile(folder.resolve("agent.jar"));
  }

  @Test
  void anUnknownCommandAndNoCommandShowTheUsage() {
    assertThat(CommandRun.of("dmeo"))
        .satisfies(run -> assertThat(run.status()).isEqualTo(2))
        .satisfies(run -> assertThat(run.err()).contains("dmeo"));
    assertThat(CommandRun.of())
        .satisfies(run -> assertThat(run.status()).isEqualTo(2))
        .satisfies(run -> assertThat(run.err()).contains("Usage: terrace", "demo"));
  }

  @Test
  void helpNamesEveryOption() {
    CommandRun run = CommandRun.of("demo", "--help");
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("--model", "--offline", "--geometry", "--document", "--prompt-tokens")
        .contains("--answer-tokens", "--operations", "--json", "--cache", "--tier");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--prompt-tokens=0|--prompt-tokens=0 is out of range: give at least 128",
        "--prompt-tokens=1024,-5|--prompt-tokens=-5 is out of range",
        "--prompt-tokens=abc|'abc' is not an int",
        "--answer-tokens=1|--answer-tokens=1 is out of range: give 2 to 1024",
        "--checked-questions=6|--checked-questions=6 is out of range: give 1 to 5",
        "--operations=cuda|--operations",
        "--geometry=huge|--geometry",
        "--bogus|Unknown option: '--bogus'",
      })
  void anOptionOutOfRangeIsNamedWithWhatIsAllowed(String option, String message) {
    assertRefused(message, option);
  }

  @Test
  void aModelThatIsNoneIsExplained() throws IOException {
    assertRefused("there is no such folder", "--model=" + folder.resolve("nowhere"));
    assertRefused("is a file; give the folder", "--model=" + agent);
    assertRefused("no readable config.json", "--model=" + folder);
    Files.writeString(folder.resolve("config.json"), "{}");
    assertRefused("no readable tokenizer.json", "--model=" + folder);
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    assertRefused("no file that ends in .safetensors", "--model=" + folder);
    assertRefused("--offline forbids", "--model=owner/name", "--offline");
    assertRefused("--geometry is for", "--model=" + folder, "--geometry=small");
  }

  @Test
  void aDocumentThatCannotBeReadIsExplained() throws IOException {
    assertRefused("no such file", "--document=" + folder.resolve("none.txt"));
    assertRefused("it is a folder", "--document=" + folder);
    Path blank = Files.writeString(folder.resolve("blank.txt"), " \n");
    assertRefused("holds no text", "--document=" + blank);
    Path latin = folder.resolve("latin.txt");
    Files.write(latin, "Größe".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused("is not UTF-8 text", "--document=" + latin);
  }

  @Test
  void aJsonFileThatCannotBeWrittenIsFoundFirst() {
    assertRefused("no such file or folder", "--json=" + folder.resolve("none/figures.json"));
    assertRefused("it is a folder", "--json=" + folder);
  }

  @Test
  void aTierThatCannotBeUsedIsFoundFirst() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused("--tier=nfs:" + file + ": " + file + " is a file", "--tier=nfs:" + file);
    assertRefused("the folder cannot be made", "--tier=nfs:" + file.resolve("below"));
    assertRefused(
        "no folder behind the colon; give nfs:/mnt/kv, or s3://BUCKET/PREFIX", "--tier=nfs:");
    assertRefused("no tier of the type 's9'; there are cpu, nfs, s3, stand-in", "--tier=s9:bucket");
    assertRefused("ends with its process; give one that outlives it", "--tier=cpu");
    assertRefused("--tier=nfs: 'tiers.nfs.root' must be set", "--tier=nfs");
    assertRefused("or name the folder: --tier nfs:DIR", "--tier=nfs");
    assertRefused("--tier=s3:bucket: no s3://BUCKET; give", "--tier=s3:bucket");
    assertRefused("--tier=s3:///prefix: no s3://BUCKET; give", "--tier=s3:///prefix");
    assertRefused("--s3-endpoint needs a bucket", "--tier=s3", "--s3-endpoint=http://a:1");
    assertRefused(
        "--s3-endpoint=http://a:1 goes with --tier=s3://BUCKET, got --tier=nfs:/x",
        "--tier=nfs:/x",
        "--s3-endpoint=http://a:1");
    assertRefused("--s3-endpoint goes with --tier=s3://BUCKET", "--s3-endpoint=http://a:1");
    assertRefused("'tiers.s3.endpoint' is 'ftp://a'", "--tier=s3://b", "--s3-endpoint=ftp://a");
  }

  @Test
  void aFolderThatCannotBeWrittenIsFoundFirst() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(closed), "the superuser may write everywhere");
    assertRefused(closed + " cannot be written", "--tier=nfs:" + closed);
  }

  @Test
  void aMissingAgentIsNamed() {
    CommandRun run = CommandRun.of("demo", "--offline", "--agent=" + folder.resolve("no.jar"));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("no.jar is not there; build it with");
  }

  private void assertRefused(String message, String... options) {
    List<String> arguments = new ArrayList<>(List.of("demo", "--agent=" + agent));
    arguments.addAll(List.of("--cache=" + folder.resolve("cache")));
    arguments.addAll(List.of(options));
    CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
    assertThat(folder.resolve("cache")).doesNotExist();
  }
}
