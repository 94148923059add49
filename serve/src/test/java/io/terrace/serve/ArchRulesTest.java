/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.serve;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who knows what: the parts that compute know no HTTP, and one class knows Jlama. */
@AnalyzeClasses(locations = MainClasses.class)
final class ArchRulesTest {
  /** An application like any other: what it asks of the plugin is in the module api. */
  @ArchTest
  static final ArchRule module =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.terrace.serve..",
              "io.terrace.api..",
              "java..",
              "javax.management..",
              "sun.misc",
              "org.jspecify..",
              "com.fasterxml.jackson..",
              "com.github.tjake..",
              "io.micrometer..",
              "io.netty.channel",
              "io.netty.handler.codec",
              "io.vertx..");

  @ArchTest
  static final ArchRule onlyTheModelUsesJlamaAndThePlugin =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.(JlamaModel(\\$.*)?|Serve)")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.github.tjake..", "io.terrace.api..");

  @ArchTest
  static final ArchRule onlyTheServerUsesHttp =
      noClasses()
          .that()
          .haveNameNotMatching(
              ".*\\.(ApiServer|BodyReader|ConnectionClock|HttpClientReply)(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..", "io.netty..");
}
