/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What applications call must not bring anything into them. */
@AnalyzeClasses(locations = MainClasses.class)
final class ArchRulesTest {
  @ArchTest
  static final ArchRule jdkOnly =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.terrace.api..", "java..", "org.jspecify..")
          .as("api depends on the JDK and on null annotations alone");
}
