/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.install.AgentFolder;
import io.terrace.install.Compiled;
import io.terrace.spi.KvTierProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A provider of a third party, compiled against the contract alone. Asked for a class as a {@code
 * Function} it says whether that class can be loaded from where it lives.
 */
final class ProviderSource {
  private static final String SOURCE =
      """
      package outside;

      import io.terrace.spi.*;
      import io.terrace.spi.config.*;
      import java.lang.reflect.Proxy;
      import java.util.function.Function;

      public final class Provider implements KvTierProvider, Function<String, String> {
        private static final Option<String> NAME = Option.string("name", "A name.").defaultsTo("x");

        public Provider() {
          CONSTRUCTOR
        }

        @Override public String type() {
          return TYPE;
        }

        @Override public ConfigSpec options() {
          return ConfigSpec.of(NAME);
        }

        @Override public KvTier open(Settings settings, TierContext context) {
          OPENED
          ClassLoader loader = Thread.currentThread().getContextClassLoader();
          return (KvTier) Proxy.newProxyInstance(
              Provider.class.getClassLoader(),
              new Class<?>[] {KvTier.class},
              (proxy, method, arguments) -> switch (method.getName()) {
                case "capabilities" -> Capabilities.sharedStore();
                case "close" -> {
                  System.setProperty("terrace.test.closed." + settings.get(NAME), "yes");
                  yield CLOSED;
                }
                case "toString" -> settings.get(NAME) + " opened in " + loader.getName();
                default -> null;
              });
        }

        @Override public String apply(String name) {
          try {
            return "from " + Class.forName(name).getClassLoader();
          } catch (ClassNotFoundException e) {
            return "absent";
          }
        }
      }
      """;

  private final Path folder;
  private String name = "Provider";
  private String source = SOURCE;

  /**
   * @param folder where classes are put
   * @param type a Java expression
   */
  ProviderSource(Path folder, String type) {
    this.folder = folder;
    source = source.replace("return TYPE", "return " + type);
  }

  /** With another name of its class. */
  ProviderSource named(String simpleName) {
    name = simpleName;
    source = source.replace("Provider()", name + "()").replace("Provider.class", name + ".class");
    source = source.replace("class Provider ", "class " + name + " ");
    return this;
  }

  /** With another name for its option. */
  ProviderSource declaring(String option) {
    source = source.replace("\"name\"", '"' + option + '"');
    return this;
  }

  /** With a statement in its constructor. */
  ProviderSource constructedBy(String statement) {
    source = source.replace("CONSTRUCTOR", statement);
    return this;
  }

  /** With a statement at the beginning of what opens a tier. */
  ProviderSource opening(String statement) {
    source = source.replace("OPENED", statement);
    return this;
  }

  /** With an expression that is evaluated when a tier is closed. */
  ProviderSource closing(String expression) {
    source = source.replace("CLOSED", expression);
    return this;
  }

  Compiled compile() throws IOException {
    Path contract = Objects.requireNonNull(AgentFolder.sourceOf(KvTierProvider.class));
    String text = source.replace("CONSTRUCTOR", "").replace("OPENED", "").replace("CLOSED", "null");
    return Compiled.of(folder, "outside." + name, text, contract).provides("outside." + name);
  }
}
