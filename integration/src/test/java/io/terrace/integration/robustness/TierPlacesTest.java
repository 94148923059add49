/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.integration.robustness.ChildJvm.Result;
import io.terrace.integration.robustness.program.Chat;
import io.terrace.integration.robustness.program.OneLibrary;
import io.terrace.integration.robustness.program.OwnFirst;
import io.terrace.sample.Geometry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tier from outside of our build, in each place where it may be installed. */
@Tag("processes")
final class TierPlacesTest {
  private static final int QUESTIONS = 2;
  private static final String OUTSIDE = "outside";

  @TempDir private static Path folder = Path.of("");
  private static Path model = Path.of("");
  private static Compiled tier = new Compiled(Path.of(""));
  private static List<String> answers = List.of();

  @BeforeAll
  static void answersWithoutTheAgent() throws Exception {
    tier = TierJar.outside(folder, OUTSIDE);
    model = Models.write(folder, Geometry.tiny());
    answers = ChildJvm.of(Chat.class).run(model, QUESTIONS).lines("answer");
    assertThat(answers).hasSize(2 * QUESTIONS);
  }

  private static ChildJvm chat(Home home, String... stack) {
    return ChildJvm.of(Chat.class)
        .agent(home.agent())
        .properties("terrace.chunkTokens", "32", "terrace.stack", String.join(",", stack));
  }

  private static Home homeWith(String folderName, Compiled installed) throws IOException {
    Home home = Home.in(folder);
    installed.jar(home.tier(folderName).resolve("tier.jar"));
    return home;
  }

  private static Compiled library(String version) throws IOException {
    return Compiled.of(
        folder,
        "library.Library",
        "package library; public final class Library {"
            + " public static String version() { return \""
            + version
            + "\"; } }",
        folder);
  }

  private static Result answersRight(ChildJvm jvm, Object... arguments) throws Exception {
    Result run = jvm.run(arguments);
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.lines("answer")).as("%s", run).isEqualTo(answers);
    return run;
  }

  private static Result answersRight(ChildJvm jvm) throws Exception {
    return answersRight(jvm, model, QUESTIONS);
  }

  private static void assertServes(Result run, String type) {
    assertThat(Long.parseLong(run.line("reused"))).as("%s", run).isPositive();
    assertThat(run.line("failures")).as("%s", run).isEqualTo("0");
    assertThat(run.lines("served")).as("%s", run).anyMatch(l -> l.matches(type + " [1-9]\\d*"));
  }

  @Test
  void onTheClassPath() throws Exception {
    Result run = answersRight(chat(Home.in(folder), OUTSIDE).first(tier.classes()));
    assertThat(run.warnings()).as("%s", run).isEmpty();
    assertThat(run.line("opened")).isEqualTo("outside by app sees none");
    assertServes(run, OUTSIDE);
  }

  @Test
  void inTiersBesideTheAgent() throws Exception {
    Home home = homeWith("any-name", tier);
    Result run = answersRight(chat(home, OUTSIDE));
    assertThat(run.warnings()).as("%s", run).isEmpty();
    assertThat(run.line("opened")).isEqualTo("outside by terrace-tier-any-name sees none");
    assertServes(run, OUTSIDE);
  }

  @Test
  void inTiersBesideTheAgentAsAStoreOfBytes() throws Exception {
    Home home = homeWith(OUTSIDE, tier);
    Result run = answersRight(chat(home, OUTSIDE).property("terrace.tiers.outside.pages", "false"));
    assertThat(run.warnings()).as("%s", run).isEmpty();
    assertServes(run, OUTSIDE);
  }

  @Test
  void inBothPlacesAtOnceUnderTwoTypes() throws Exception {
    Home home = homeWith("inner", TierJar.outside(folder, "inner"));
    Result run =
        answersRight(
            chat(home, "inner", OUTSIDE)
                .first(tier.classes())
                .property("terrace.tiers.outside.pages", "false"));
    assertThat(run.warnings()).as("%s", run).isEmpty();
    assertThat(run.lines("opened"))
        .containsExactly("inner by terrace-tier-inner sees none", "outside by app sees none");
    assertServes(run, "inner");
  }

  @Test
  void ofOneTypeInBothPlacesThatOfTheFolderServesAndIsTold() throws Exception {
    Home home = homeWith(OUTSIDE, tier);
    Result run = answersRight(chat(home, OUTSIDE).first(tier.classes()));
    assertThat(run.line("opened")).isEqualTo("outside by terrace-tier-outside sees none");
    assertThat(run.warnings()).as("%s", run).isEmpty();
    assertThat(run.said().stream().filter(line -> line.contains("is left out")))
        .containsExactly(
            "INFO the tier 'outside' of "
                + home.tier(OUTSIDE)
                + " serves, that of "
                + tier.classes()
                + " is left out (first the agent's jar, then tiers/, then the class path)");
    assertServes(run, OUTSIDE);
  }

  @Test
  void underTwoNames() throws Exception {
    Home home = homeWith(OUTSIDE, tier);
    Result run =
        answersRight(
            chat(home, "near", "far")
                .properties("terrace.tiers.near.type", OUTSIDE, "terrace.tiers.far.type", OUTSIDE)
                .property("terrace.tiers.far.pages", "false"));
    assertThat(run.warnings()).as("%s", run).isEmpty();
    assertThat(run.lines("opened")).hasSize(2);
    assertServes(run, OUTSIDE);
  }

  @Test
  void aTypeThatIsNotThereIsToldWithItsPlace() throws Exception {
    Result run =
        answersRight(
            chat(Home.in(folder), "cpu", "far").property("terrace.tiers.far.type", "outsid"));
    assertThat(run.said()).as("%s", run).hasSize(1);
    assertThat(run.warnings().getFirst())
        .startsWith("off, the application runs without it: system property terrace.tiers.far.type")
        .contains("'tiers.far.type' is 'outsid', wanted one that is installed: there are [cpu]");
  }

  @Test
  void tierAndApplicationSeeTheirOwnVersionOfOneLibrary() throws Exception {
    Home home = homeWith(OUTSIDE, tier);
    library("2").jar(home.tier(OUTSIDE).resolve("library.jar"));
    Result run = answersRight(chatWithLibrary(home).first(library("1").classes()));
    assertThat(run.lines("application")).as("%s", run).containsExactly("1", "1");
    assertThat(run.line("opened")).isEqualTo("outside by terrace-tier-outside sees 2");
    assertServes(run, OUTSIDE);
  }

  @Test
  void neitherSeesTheOthersLibraryWhereItHasNone() throws Exception {
    Home with = homeWith(OUTSIDE, tier);
    library("2").jar(with.tier(OUTSIDE).resolve("library.jar"));
    Result ofTier = answersRight(chatWithLibrary(with));
    assertThat(ofTier.lines("application")).as("%s", ofTier).containsExactly("none", "none");
    assertThat(ofTier.line("opened")).endsWith("sees 2");
    Home without = homeWith(OUTSIDE, tier);
    Result ofApplication = answersRight(chatWithLibrary(without).first(library("1").classes()));
    assertThat(ofApplication.lines("application")).containsExactly("1", "1");
    assertThat(ofApplication.line("opened")).endsWith("sees none");
  }

  private static ChildJvm chatWithLibrary(Home home) {
    return ChildJvm.of(OneLibrary.class)
        .agent(home.agent())
        .properties("terrace.chunkTokens", "32", "terrace.stack", OUTSIDE);
  }

  private static ChildJvm application(Home home, String stack) {
    return ChildJvm.of(OwnFirst.class)
        .on(ChildJvm.programs())
        .agent(home.agent())
        .properties("terrace.chunkTokens", "32", "terrace.stack", stack);
  }

  private static String classPath(Path... first) {
    List<Path> all = new ArrayList<>(List.of(first));
    all.addAll(ChildJvm.jlama(name -> true));
    return all.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void packedIntoAnApplicationThatALoaderOfAHostLoads() throws Exception {
    String classPath = classPath(tier.classes());
    Result run = answersRight(application(Home.in(folder), OUTSIDE), model, classPath, "", "Chat");
    assertThat(run.warnings()).as("%s", run).isEmpty();
    assertThat(run.line("opened")).isEqualTo("outside by application sees none");
    assertServes(run, OUTSIDE);
  }

  @Test
  void boundToASecondCopyOfTheContractItIsRefusedInOneLine() throws Exception {
    String classPath = classPath(tier.classes(), TierJar.contract());
    String own = "io.terrace.spi.,outside.";
    Result run = answersRight(application(Home.in(folder), "cpu"), model, classPath, own, "Chat");
    assertThat(run.warnings())
        .as("%s", run)
        .containsExactly(
            "a tier is refused: outside.OutsideTierProvider is bound to a second copy of"
                + " io.terrace.spi, in "
                + TierJar.contract()
                + ": give terrace-spi the scope 'provided', so that it gets the agent's copy");
    assertThat(run.lines("opened")).isEmpty();
    assertThat(Long.parseLong(run.line("reused"))).as("the rest serves").isPositive();
  }

  @Test
  void aContractOnTheClassPathIsUsedAndToldAsItMayBeOfAnotherVersion() throws Exception {
    Result run =
        answersRight(
            chat(Home.in(folder), OUTSIDE).first(tier.classes()).first(TierJar.contract()));
    assertThat(run.warnings()).as("%s", run).hasSize(1);
    assertThat(run.warnings().getFirst())
        .startsWith("io.terrace.spi is taken from " + TierJar.contract())
        .endsWith("give terrace-spi the scope 'provided'");
    assertServes(run, OUTSIDE);
  }
}
