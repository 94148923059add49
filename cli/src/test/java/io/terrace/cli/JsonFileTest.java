/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JsonFileTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void namesOrderAndTypesAreTheDocumentedOnes() throws IOException {
    Path file = folder.resolve("figures.json");
    RunFigures run =
        new RunFigures(
            1024, 1023, 0, "native", 6000.5, 6001, 6002, 31.25, 60, 0.5, 30, 1.025, true, false);
    JsonFile.write(file, new JsonFile.Content("m", "0.8.4", "25", "cpu", List.of(run), List.of()));
    assertThat(Files.readString(file).replaceAll("\\s", ""))
        .isEqualTo(
            "{'model':'m','jlama':'0.8.4','jdk':'25','cpu':'cpu','runs':[{'promptTokens':1024,"
                    .replace('\'', '"')
                + ("'reusedTokens':1023,'coldReusedTokens':0,'operations':'native','ttftMsPlain':6000.5,"
                        + "'ttftMsWithout':6001.0,'ttftMsCold':6002.0,'ttftMsWarm':31.25,"
                        + "'ttftMsWarmNewQuestion':60.0,'tokenizeMs':0.5,'decodeMs':30.0,"
                        + "'warmDecodeSteps':1.025,"
                        + "'identical':true,'plainIdentical':false}]}")
                    .replace('\'', '"'));
  }

  @Test
  void aSecondInstanceStandsBesideTheRuns() throws IOException {
    Path file = folder.resolve("figures.json");
    List<SecondInstance> second = List.of(new SecondInstance(1024, 1023, 6001, 60.5, true));
    JsonFile.write(file, new JsonFile.Content("m", "0.8.4", "25", "cpu", List.of(), second));
    assertThat(Files.readString(file).replaceAll("\\s", "").replace('"', '\''))
        .endsWith(
            ",'runs':[],'secondInstance':[{'promptTokens':1024,'reusedTokens':1023,"
                + "'ttftMsWithout':6001.0,'ttftMs':60.5,'identical':true}]}");
  }

  @Test
  void checkingLeavesTheFileAsItWas() throws IOException {
    Path absent = folder.resolve("absent.json");
    JsonFile.checkWritable(absent);
    assertThat(absent).doesNotExist();
    Path present = Files.writeString(folder.resolve("present.json"), "kept");
    JsonFile.checkWritable(present);
    assertThat(present).hasContent("kept");
  }
}
