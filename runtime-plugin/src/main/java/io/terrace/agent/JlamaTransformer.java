/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent;

import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.not;

import io.terrace.agent.jlama.JlamaHook;
import io.terrace.loader.PluginLog;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Arrays;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.utility.JavaModule;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the advice of every {@link JlamaHook} into Jlama's classes as they are loaded, where the
 * Jlama at hand has the shape that the adapter knows; elsewhere no class is touched.
 */
final class JlamaTransformer {
  private JlamaTransformer() {}

  static void install(Instrumentation instrumentation, JlamaAdapters adapters, PluginLog log) {
    String[] types =
        Arrays.stream(JlamaHook.values()).map(JlamaHook::type).distinct().toArray(String[]::new);
    new AgentBuilder.Default(new ByteBuddy().with(TypeValidation.DISABLED))
        .disableClassFormatChanges()
        .ignore(not(namedOneOf(types)))
        .with(new Reporter(log))
        .type(
            (type, loader, module, redefined, domain) ->
                loader != null && adapters.shape(loader).isUsable())
        .transform(JlamaTransformer::weave)
        .installOn(instrumentation);
  }

  private static DynamicType.Builder<?> weave(
      DynamicType.Builder<?> builder,
      TypeDescription type,
      @Nullable ClassLoader loader,
      @Nullable JavaModule module,
      ProtectionDomain domain) {
    DynamicType.Builder<?> woven = builder;
    for (JlamaHook hook : JlamaHook.values()) {
      if (hook.type().equals(type.getName())) {
        // By name: an advice class that is loaded here could load the class being transformed.
        AgentBuilder.Transformer advice =
            new AgentBuilder.Transformer.ForAdvice()
                .include(TerraceAgent.class.getClassLoader())
                .advice(JlamaShape.methodOf(hook), hook.advice());
        woven = advice.transform(woven, type, loader, module, domain);
      }
    }
    return woven;
  }

  /** A class that could not be woven is reported; it is loaded as it was. */
  private static final class Reporter extends AgentBuilder.Listener.Adapter {
    private final PluginLog log;

    Reporter(PluginLog log) {
      this.log = log;
    }

    @Override
    public void onError(
        String typeName,
        @Nullable ClassLoader loader,
        @Nullable JavaModule module,
        boolean loaded,
        Throwable failure) {
      log.warnOnce(typeName, "could not hook " + typeName + ": " + failure);
    }
  }
}
