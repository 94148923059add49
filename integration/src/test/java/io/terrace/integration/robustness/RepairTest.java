/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.Chat;
import io.terrace.integration.robustness.program.Products;
import io.terrace.sample.Geometry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jlama 0.8.4's native operations leave results unwritten; with the agent they leave none. */
@Tag("processes")
final class RepairTest {
  /** Rows and columns of a tile of the native product. */
  private static final int TILE = 5;

  /** One line of {@link Products}. */
  private record Product(String types, int tokens, int rows, int width, long left, long wrong) {
    static Product of(String line) {
      String[] words = line.split(" ", -1);
      return new Product(
          words[0],
          Integer.parseInt(words[1]),
          Integer.parseInt(words[2]),
          Integer.parseInt(words[3]),
          Long.parseLong(words[4]),
          Long.parseLong(words[5]));
    }

    /** How many values Jlama's own division into so many parts leaves unwritten. */
    long predicted(int splits) {
      int parts = Math.min(rows, splits);
      int part = rows / parts;
      int last = part + rows % part;
      long lostRows = rows - ((parts - 1L) * part + last);
      return lostRows * tokens + (parts - 1) * corner(part) + corner(last);
    }

    private long corner(int part) {
      boolean skipped = tokens > TILE && part > TILE;
      return skipped ? (long) (tokens % TILE) * (part % TILE) : 0;
    }
  }

  private static List<Product> products(Result run) {
    assertThat(run.exit()).as("%s", run).isZero();
    assumeTrue(
        run.line("operations").startsWith("NativeSimd"),
        "Jlama's native operations do not run here: " + run.line("operations"));
    return run.lines("product").stream().map(Product::of).toList();
  }

  @Test
  void plainJlamaLeavesExactlyTheValuesUnwrittenThatItsPartsPredict() throws Exception {
    Result run = ChildJvm.of(Products.class).run();
    List<Product> products = products(run);
    int splits = Integer.parseInt(run.line("operations").split(" ", -1)[1]);
    assertThat(products).hasSizeGreaterThan(4_000);
    assertThat(products)
        .allSatisfy(
            product -> {
              assertThat(product.left()).as("%s", product).isEqualTo(product.predicted(splits));
              assertThat(product.wrong()).as("%s", product).isZero();
            });
    assertThat(products).anyMatch(product -> product.left() > 0);
    assertThat(products).anyMatch(product -> product.left() == 0 && product.tokens() > TILE);
  }

  @Test
  void withTheRepairEveryValueIsTheDotProduct() throws Exception {
    assertThat(products(ChildJvm.of(Products.class).agent().run()))
        .hasSizeGreaterThan(4_000)
        .allSatisfy(
            product -> {
              assertThat(product.left()).as("%s", product).isZero();
              assertThat(product.wrong()).as("%s", product).isZero();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows", "parts"})
  void withoutTheRepairAGeometryThatIsHitIsNotReused(String hit, @TempDir Path folder)
      throws Exception {
    Geometry geometry = hit.equals("rows") ? Geometry.tinyUnevenRows() : Geometry.tinyUnevenParts();
    Path model = Models.write(folder, geometry);
    Result off =
        ChildJvm.of(Chat.class).agent().property("terrace.jlama.repair", "false").run(model, 1);
    assertThat(off.exit()).as("%s", off).isZero();
    assertThat(off.warnings()).as("%s", off).hasSize(1);
    assertThat(off.warnings().getFirst())
        .contains("no reuse: Jlama leaves rows of matrix products of this model uncomputed")
        .contains("jlama.repair");
    assertThat(off.line("reused")).isEqualTo("0");

    Result on = ChildJvm.of(Chat.class).agent().run(model, 1);
    assertThat(on.warnings()).as("%s", on).isEmpty();
    assertThat(on.said()).anyMatch(line -> line.contains("repairs matrix products"));
    assertThat(Long.parseLong(on.line("reused"))).isPositive();
    assertThat(on.lines("answer")).isEqualTo(withoutReuse(model).lines("answer"));
  }

  private static Result withoutReuse(Path model) throws Exception {
    return ChildJvm.of(Chat.class).agent().property("terrace.reuse", "false").run(model, 1);
  }

  @Test
  void withoutTheRepairAGeometryThatIsNotHitIsReused(@TempDir Path folder) throws Exception {
    Path model = Models.write(folder, Geometry.tiny());
    Result run =
        ChildJvm.of(Chat.class).agent().property("terrace.jlama.repair", "false").run(model, 1);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.warnings()).as("%s", run).isEmpty();
    assertThat(Long.parseLong(run.line("reused"))).isPositive();
  }

  @Test
  void withoutTheRepairExpertsAreNotReused(@TempDir Path folder) throws Exception {
    Path model = Models.write(folder, Geometry.tinyExperts());
    Result off =
        ChildJvm.of(Chat.class).agent().property("terrace.jlama.repair", "false").run(model, 1);
    assertThat(off.exit()).as("%s", off).isZero();
    assertThat(off.warnings()).as("%s", off).hasSize(1);
    assertThat(off.warnings().getFirst())
        .contains("no reuse: Jlama computes a batch through experts");
    assertThat(off.line("reused")).isEqualTo("0");
    Result on = ChildJvm.of(Chat.class).agent().run(model, 1);
    assertThat(Long.parseLong(on.line("reused"))).as("%s", on).isPositive();
    assertThat(on.lines("answer")).isEqualTo(withoutReuse(model).lines("answer"));
  }
}
