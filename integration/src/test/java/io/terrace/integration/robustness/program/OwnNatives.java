/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.integration.robustness.program;

import java.nio.charset.StandardCharsets;

/**
 * An application with versions of its own of the libraries that lie beside the agent's jar. Uses
 * them before and after {@link Chat}; prints {@code zstd <version> <text>} and {@code lz4
 * <implementation> <jar>} for each use.
 *
 * <p>Arguments: those of {@link Chat}.
 */
public final class OwnNatives {
  private OwnNatives() {}

  public static void main(String[] arguments) throws Exception {
    useBoth();
    Chat.main(arguments);
    useBoth();
  }

  private static void useBoth() throws ReflectiveOperationException {
    Class<?> zstd = Class.forName("com.github.luben.zstd.Zstd");
    byte[] text = "round trip".getBytes(StandardCharsets.UTF_8);
    Object small = zstd.getMethod("compress", byte[].class).invoke(null, (Object) text);
    Object back =
        zstd.getMethod("decompress", byte[].class, int.class).invoke(null, small, text.length);
    Object version =
        Class.forName("com.github.luben.zstd.util.ZstdVersion").getField("VERSION").get(null);
    System.out.println("zstd " + version + " " + new String((byte[]) back, StandardCharsets.UTF_8));

    Class<?> lz4 = Class.forName("net.jpountz.lz4.LZ4Factory");
    String jar = lz4.getProtectionDomain().getCodeSource().getLocation().getPath();
    System.out.println(
        "lz4 "
            + lz4.getMethod("nativeInstance").invoke(null)
            + " "
            + jar.substring(jar.lastIndexOf('/') + 1));
  }
}
