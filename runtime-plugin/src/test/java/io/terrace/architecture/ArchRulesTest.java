/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package may depend on which. */
@AnalyzeClasses(locations = MainClasses.class)
final class ArchRulesTest {
  private static final String JDK = "java..";
  private static final String ANNOTATIONS = "org.jspecify..";
  private static final String SPI = "io.terrace.spi..";
  private static final String API = "io.terrace.api..";
  private static final String CAFFEINE = "com.github.benmanes.caffeine..";
  private static final String JLAMA = "com.github.tjake..";
  private static final String VECTORS = "jdk.incubator.vector..";

  /** Jlama's fields have these types. */
  private static final String JLAMAS_GUAVA = "com.google.common.collect";

  /** Knows no runtime, no agent, no configuration and no tier. */
  @ArchTest
  static final ArchRule engine =
      mayDependOn("io.terrace.engine..", "io.terrace.device..", SPI, CAFFEINE);

  /** Knows what a tier tells of its chunks. */
  @ArchTest static final ArchRule eviction = mayDependOn("io.terrace.eviction..", SPI, CAFFEINE);

  @ArchTest static final ArchRule device = mayDependOn("io.terrace.device..", SPI);

  /** Knows what the engine asks of it. */
  @ArchTest
  static final ArchRule codec =
      mayDependOn(
          "io.terrace.codec..",
          "io.terrace.engine..",
          "io.terrace.install..",
          SPI,
          "javax.crypto..",
          VECTORS,
          "com.github.luben.zstd..",
          "net.jpountz..");

  /** Whether they are installed is found out in one place, and they have a loader of their own. */
  @ArchTest
  static final ArchRule onlyTheirCodecsUseNativeLibraries =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.terrace.codec.library")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.github.luben.zstd..", "net.jpountz..", "io.terrace.codec.library");

  @ArchTest
  static final ArchRule config =
      mayDependOn(
          "io.terrace.config..", SPI, "org.snakeyaml.engine..", "com.sun.management" /* JDK */);

  /** Where the process has its agent from: for whoever loads something that lies beside it. */
  @ArchTest static final ArchRule install = mayDependOn("io.terrace.install..");

  /** Puts the parts together. */
  @ArchTest
  static final ArchRule loader =
      mayDependOn(
          "io.terrace.loader..",
          "io.terrace.codec..",
          "io.terrace.config..",
          "io.terrace.engine..",
          "io.terrace.device..",
          "io.terrace.install..",
          SPI,
          API,
          "javax.management..",
          "jdk.jfr..");

  /** Knows the adapters by their names and the interfaces in agent.jlama alone. */
  @ArchTest
  static final ArchRule agent =
      mayDependOn(
          "io.terrace.agent..",
          "io.terrace.config..",
          "io.terrace.loader..",
          "io.terrace.spi.config..",
          API,
          "net.bytebuddy..");

  /** Advice is inlined into Jlama's methods, where nothing but this package can be seen. */
  @ArchTest static final ArchRule advice = mayDependOn("io.terrace.agent.jlama", "net.bytebuddy..");

  @ArchTest
  static final ArchRule adapter =
      mayDependOn(
          "io.terrace.jlama..",
          "io.terrace.agent.jlama",
          "io.terrace.config..",
          "io.terrace.device..",
          "io.terrace.engine..",
          "io.terrace.loader..",
          SPI,
          API,
          CAFFEINE,
          JLAMA,
          JLAMAS_GUAVA);

  /** Lives in Jlama's own package and loader, where nothing of ours can be linked. */
  @ArchTest static final ArchRule bridge = mayDependOn("com.github.tjake..", JLAMA);

  @ArchTest
  static final ArchRule onlyTheAgentInstruments =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.terrace.agent..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("net.bytebuddy..", "java.lang.instrument..");

  @ArchTest
  static final ArchRule onlyDeviceLinksNativeFunctions =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.terrace.device..")
          .should()
          .dependOnClassesThat()
          .haveNameMatching("java\\.lang\\.foreign\\.(Linker|SymbolLookup|FunctionDescriptor).*");

  @ArchTest
  static final ArchRule onlyTheAdapterUsesJlama =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.terrace.jlama..", JLAMA)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(JLAMA);

  @ArchTest
  static final ArchRule onlyKernelsUseTheIncubator =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.terrace.codec.simd")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator..");

  /** So that kernels without vectors run where the module is not there. */
  @ArchTest
  static final ArchRule vectorsStayAmongThemselves =
      noClasses()
          .that()
          .haveNameMatching("io\\.terrace\\.codec\\.simd\\.(Scalar|Kernel|Elements|Native).*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(VECTORS);

  @ArchTest
  static final ArchRule noCycles = slices().matching("io.terrace.(**)").should().beFreeOfCycles();

  /** Not even in a string: tiers are found by their provider. */
  @Test
  void noTierIsNamed() throws IOException {
    List<Path> naming = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("target", "classes"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = Files.readString(file, ISO_8859_1);
        if (content.contains("io.terrace.tier") || content.contains("io/terrace/tier")) {
          naming.add(file);
        }
      }
    }
    assertThat(naming).isEmpty();
  }

  private static ArchRule mayDependOn(String origin, String... others) {
    List<String> allowed = new ArrayList<>(List.of(origin, JDK, ANNOTATIONS));
    allowed.addAll(List.of(others));
    return classes()
        .that()
        .resideInAPackage(origin)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new));
  }
}
