/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

import io.terrace.api.AgentLink;
import io.terrace.engine.Engine;
import io.terrace.loader.ReuseMXBean;
import io.terrace.loader.TerracePlugin;
import io.terrace.spi.Deadline;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ends the plugin in a process that goes on, and looks at what is left. There is no call for that:
 * applications end with their process.
 *
 * @param left figures that are to be 0
 */
record PluginEnd(Map<String, Long> left) {
  /** Longer than what hangs on purpose, and than an idle thread of a tier stays. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final long LOOK_MILLIS = 20;

  /**
   * Waits until what was published is stored, closes all, and waits until all is back.
   *
   * @param pageFiles where Jlama keeps files of pages
   * @param stores the folder of what tiers store
   */
  static PluginEnd of(Path pageFiles, Path stores)
      throws ReflectiveOperationException, IOException {
    TerracePlugin plugin = plugin();
    Engine engine = plugin.engine();
    Map<String, Long> left = new LinkedHashMap<>();
    left.put("not flushed", engine.flush(Deadline.after(PATIENCE)) ? 0L : 1L);
    ReuseMXBean bean = PluginFigures.bean();
    // What was fetched ahead of a request that did not come any more stays until the end.
    await(() -> engine.pool().pagesInUse() == engine.chunks() || bean.getStagedBytes() > 0);
    await(() -> bean.getSpillQueueBytes() == 0); // a call that hangs still reads its page
    long beyond = engine.pool().pagesInUse() - engine.chunks();
    left.put("pages beyond those of chunks", bean.getStagedBytes() > 0 ? 0 : beyond);
    left.put("bytes of sessions", bean.getSessionBytes());
    left.put("bytes of loads", bean.getStagingBytes());
    left.put("private pages", bean.getPrivatePages());
    left.put("bytes queued to be stored", bean.getSpillQueueBytes());
    left.put("claims", claims(engine));
    engine.close();
    await(() -> threads() == 0 && engine.pool().pagesInUse() == 0);
    left.put("pages after the end", engine.pool().pagesInUse());
    left.put("private pages after the end", engine.pool().privatePages());
    left.put("bytes mapped for pages", engine.pool().mappedBytes());
    left.put("bytes staged", bean.getStagedBytes());
    left.put("bytes queued after the end", bean.getSpillQueueBytes());
    left.put("threads of the plugin", threads());
    left.put("files of pages", pageFiles(pageFiles));
    left.put("mapped files of tiers", mappedFiles(stores));
    return new PluginEnd(left);
  }

  private static TerracePlugin plugin() throws ReflectiveOperationException {
    Object source = Objects.requireNonNull(field(AgentLink.class, "agent", null), "no agent");
    return (TerracePlugin)
        Objects.requireNonNull(field(source.getClass(), "plugin", source), "no plugin");
  }

  private static @Nullable Object field(Class<?> type, String name, @Nullable Object of)
      throws ReflectiveOperationException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(of);
  }

  private static long claims(Engine engine) throws ReflectiveOperationException {
    Method claims = Engine.class.getDeclaredMethod("claims");
    claims.setAccessible(true);
    Object all = claims.invoke(engine);
    Method size = all.getClass().getDeclaredMethod("size");
    size.setAccessible(true);
    return (int) size.invoke(all);
  }

  private static void await(BooleanSupplier condition) {
    Deadline deadline = Deadline.after(PATIENCE);
    try {
      while (!condition.getAsBoolean() && !deadline.isOver()) {
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Platform threads that the plugin and its tiers started. */
  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("terrace-"))
        .count();
  }

  private static long pageFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".page")).count();
    }
  }

  private static long mappedFiles(Path stores) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains(stores + "/")).count();
    }
  }
}
