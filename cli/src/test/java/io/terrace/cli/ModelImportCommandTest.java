/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.gguf.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelImportCommandTest {
  @TempDir private Path root = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    file = TestFiles.smallest(root.resolve("tiny.gguf"));
  }

  @Test
  void makesAFolderAndSaysWhatBecameOfTheWeights() throws IOException {
    Path folder = root.resolve("new").resolve("model");
    CommandRun run = imports(file, folder);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Twin, licence: apache-2.0", "matrices of layers from Q4_1 to ")
        .endsWith("Try it with: terrace demo --model " + folder + "\n");
    assertThat(folder.resolve("README.md")).content().contains("# Twin", "Licence: apache-2.0.");
    CommandRun again = imports(file, folder);
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err()).contains(folder + " is not empty; name a new folder");
  }

  @Test
  void aBrokenFileLeavesNoFolder() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    Path folder = root.resolve("model");
    CommandRun run = imports(file, folder);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("terrace: " + file + ": ").contains("cut off or damaged");
    assertThat(folder).doesNotExist();
  }

  @Test
  void namesWhatIsNotThereOrInTheWay() throws IOException {
    CommandRun missing = imports(root.resolve("none.gguf"), root.resolve("model"));
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.err()).contains("none.gguf: there is no such file");
    CommandRun inTheWay = imports(file, file);
    assertThat(inTheWay.status()).isEqualTo(2);
    assertThat(inTheWay.err()).contains(file + " is a file; name a new folder");
  }

  private static CommandRun imports(Path file, Path folder) {
    return CommandRun.of("model", "import", file.toString(), folder.toString());
  }
}
