/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.management.ObjectName;

/**
 * An agent that changes nothing and says that it reused 299 tokens; 77 where the program might take
 * a configuration that lies in its working folder.
 */
public final class StandInAgent implements StandInAgentMBean {
  private volatile boolean sharing = true;

  /** Called by the JVM. */
  public static void premain(String arguments) throws Exception {
    ManagementFactory.getPlatformMBeanServer()
        .registerMBean(new StandInAgent(), new ObjectName("io.terrace:type=Reuse"));
  }

  @Override
  public long getLastPromptTokens() {
    return 300;
  }

  @Override
  public long getLastReusedTokens() {
    return System.getProperty("terrace.config") == null ? 77 : 299;
  }

  @Override
  public boolean isSharing() {
    return sharing;
  }

  @Override
  public void setSharing(boolean sharing) {
    this.sharing = sharing;
  }

  @Override
  public boolean flush(int seconds) {
    return true;
  }

  /** Writes the agent's jar. */
  static Path jar(Path folder) throws IOException {
    Path jar = folder.resolve("stand-in-agent.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", StandInAgent.class.getName());
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Class<?> type : List.of(StandInAgent.class, StandInAgentMBean.class)) {
        String name = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(name));
        try (InputStream in = StandInAgent.class.getResourceAsStream("/" + name)) {
          if (in == null) {
            throw new IllegalStateException(name);
          }
          in.transferTo(out);
        }
        out.closeEntry();
      }
    }
    return jar;
  }
}
