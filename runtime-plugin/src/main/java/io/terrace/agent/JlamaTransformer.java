/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.agent;

import static net.bytebuddy.matcher.ElementMatchers.none;

import io.terrace.agent.jlama.JlamaHook;
import io.terrace.loader.PluginLog;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.HashSet;
import java.util.Set;
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
 *
 * <p>Byte Buddy is not loaded before the first of those classes is: it takes a thousand classes and
 * half a second, which a process without a runtime should not pay.
 */
final class JlamaTransformer implements ClassFileTransformer {
  private final JlamaAdapters adapters;
  private final Set<String> types = new HashSet<>(); // internal names
  private @Nullable ClassFileTransformer weaver;

  private JlamaTransformer(JlamaAdapters adapters) {
    this.adapters = adapters;
    for (JlamaHook hook : JlamaHook.values()) {
      types.add(hook.type().replace('.', '/'));
    }
  }

  static void install(Instrumentation instrumentation, JlamaAdapters adapters) {
    instrumentation.addTransformer(new JlamaTransformer(adapters));
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable ClassLoader loader,
      @Nullable String className,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] classFile) {
    if (loader == null || className == null || !types.contains(className)) {
      return null;
    }
    try {
      return weaver().transform(loader, className, redefined, domain, classFile);
    } catch (Throwable e) { // the JVM would swallow it, and load the class as it was
      adapters.log().warnOnce(className, "could not hook " + className + ": " + e);
      return null;
    }
  }

  private synchronized ClassFileTransformer weaver() {
    ClassFileTransformer made = weaver;
    if (made == null) {
      adapters.connect(); // before any advice is woven in
      made =
          new AgentBuilder.Default(new ByteBuddy().with(TypeValidation.DISABLED))
              .disableClassFormatChanges()
              .ignore(none())
              .with(new Reporter(adapters.log()))
              .type(
                  (type, loader, module, redefined, domain) ->
                      loader != null && adapters.shape(loader).isUsable())
              .transform(JlamaTransformer::weave)
              .makeRaw();
      weaver = made;
    }
    return made;
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
