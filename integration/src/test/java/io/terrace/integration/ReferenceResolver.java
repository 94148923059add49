/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the one {@link Reference} of a run to the test methods that ask for it. */
final class ReferenceResolver implements ParameterResolver {
  /** Ends the child at the end of the run. */
  private record Started(Child child, Reference reference) implements AutoCloseable {
    static Started now() {
      Child child = Child.start("terrace.reuse=false");
      return new Started(child, new Reference(child));
    }

    @Override
    public void close() {
      child.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Reference.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(ReferenceResolver.class))
        .getOrComputeIfAbsent(Started.class, key -> Started.now(), Started.class)
        .reference();
  }
}
