/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the one {@link Reference} of a run to the test methods that ask for it. */
final class ReferenceResolver implements ParameterResolver {
  /** Ends the child at the end of the run. */
  private record Started(Child child) implements AutoCloseable {
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
    Started started =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(ReferenceResolver.class))
            .getOrComputeIfAbsent(
                Started.class,
                key -> new Started(Child.start("terrace.reuse=false")),
                Started.class);
    return new Reference(started.child);
  }
}
