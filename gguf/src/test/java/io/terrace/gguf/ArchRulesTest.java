/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.gguf;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** A converter of files: it knows neither Jlama nor the plugin. */
@AnalyzeClasses(locations = MainClasses.class)
final class ArchRulesTest {
  @ArchTest
  static final ArchRule files =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.terrace.gguf..",
              "io.terrace.sample..",
              "com.fasterxml.jackson..",
              "java..",
              "org.jspecify..")
          .as("gguf depends on the writers of model folders, Jackson and the JDK");
}
