/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.terrace.spi.KvTierProvider;

/** A tier depends on the contract alone, and shows its provider alone. */
@AnalyzeClasses(locations = MainClasses.class)
final class ArchRulesTest {
  @ArchTest
  static final ArchRule spiOnly =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.terrace.tier.nfs..", "io.terrace.spi..", "java..", "org.jspecify..")
          .as("a tier depends on spi and the JDK alone");

  @ArchTest
  static final ArchRule providerOnly =
      classes()
          .that()
          .resideInAPackage("io.terrace.tier.nfs")
          .and()
          .arePublic()
          .should()
          .implement(KvTierProvider.class);
}
