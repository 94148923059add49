/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The contract depends on the JDK alone. */
@AnalyzeClasses(locations = MainClasses.class)
final class ArchRulesTest {
  @ArchTest
  static final ArchRule jdkOnly =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.terrace.spi..", "java..", "javax.crypto..", "org.jspecify..")
          .as("spi depends on the JDK and on null annotations alone");

  @ArchTest static final ArchRule noCycles = slices().matching("io.(**)").should().beFreeOfCycles();
}
