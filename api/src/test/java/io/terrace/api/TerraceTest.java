/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** In one test, since an agent is connected once in the life of a process. */
final class TerraceTest {
  private static final class Agent implements AgentCalls {
    private boolean active;
    private @Nullable LastRequest last;
    private @Nullable LastRequest ofThread;

    @Override
    public boolean isActive() {
      return active;
    }

    @Override
    public @Nullable LastRequest lastRequest() {
      return last;
    }

    @Override
    public @Nullable LastRequest lastRequestOfThread() {
      return ofThread;
    }

    @Override
    public boolean prefetch(Object model, int[] promptTokens) {
      return model.equals("known") && promptTokens.length == 3;
    }
  }

  @Test
  void answersWithoutAnAgentAndWhatTheAgentSaysWithOne() {
    assertThat(Terrace.isActive()).isFalse();
    assertThat(Terrace.lastRequest()).isEmpty();
    assertThat(Terrace.prefetch("known", new int[3])).isFalse();
    Agent agent = new Agent();
    AgentLink.connect(agent);
    assertThat(Terrace.isActive()).isFalse();
    assertThat(Terrace.lastRequest()).isEmpty();
    agent.active = true;
    agent.last = new LastRequest(9, 8);
    assertThat(Terrace.lastRequestOfThread()).isEmpty();
    agent.ofThread = new LastRequest(7, 6);
    assertThat(Terrace.lastRequestOfThread()).isEqualTo(Optional.of(new LastRequest(7, 6)));
    assertThat(Terrace.isActive()).isTrue();
    assertThat(Terrace.lastRequest()).isEqualTo(Optional.of(new LastRequest(9, 8)));
    assertThat(Terrace.prefetch("known", new int[3])).isTrue();
    assertThat(Terrace.prefetch("another", new int[3])).isFalse();
    assertThatThrownBy(() -> AgentLink.connect(new Agent()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("already");
    assertThat(Terrace.isActive()).isTrue();
  }

  @Test
  void aSecondCopySaysThatItIsOne() throws IOException, ReflectiveOperationException {
    URL classes = Terrace.class.getProtectionDomain().getCodeSource().getLocation();
    ClassLoader platform = ClassLoader.getPlatformClassLoader();
    try (URLClassLoader host = new URLClassLoader("host", new URL[] {classes}, platform)) {
      Class<?> second = host.loadClass(Terrace.class.getName());
      for (String method : new String[] {"isActive", "lastRequest", "lastRequestOfThread"}) {
        assertThatThrownBy(() -> second.getMethod(method).invoke(null))
            .isInstanceOf(InvocationTargetException.class)
            .cause()
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("two copies of io.terrace.api")
            .hasMessageContaining(host.toString())
            .hasMessageContaining("scope 'provided'");
      }
    }
  }
}
