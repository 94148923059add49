/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What configuration is read from, so that a test can give all of it.
 *
 * @param environment environment variables
 * @param properties system properties
 * @param workingFolder where {@code terrace.yaml} is looked for, and relative paths begin
 * @param totalMemoryBytes memory of the container, or of the machine where it has no limit
 * @param maxHeapBytes what the Java heap may grow to
 */
public record ConfigSources(
    Map<String, String> environment,
    Map<String, String> properties,
    Path workingFolder,
    long totalMemoryBytes,
    long maxHeapBytes) {

  /** Copies the maps, sorted, so that problems are reported in the same order every time. */
  public ConfigSources {
    environment = new TreeMap<>(environment);
    properties = new TreeMap<>(properties);
  }

  /** The sources of this process, as they are now. */
  public static ConfigSources ofProcess() {
    return ofProcess(texts(System.getProperties()));
  }

  /** The sources of this process, with system properties as they were at another time. */
  public static ConfigSources ofProcess(Map<String, String> properties) {
    Map<String, String> known = new TreeMap<>(properties);
    known.putIfAbsent("user.home", System.getProperty("user.home", ".")); // for the cache folder
    return new ConfigSources(
        System.getenv(),
        known,
        Path.of(""),
        memoryOfContainerBytes(),
        Runtime.getRuntime().maxMemory());
  }

  /** The entries of {@code properties} whose key and value are texts. */
  public static Map<String, String> texts(Properties properties) {
    return texts(properties, "");
  }

  /** Those of them whose key begins with {@code prefix}. */
  public static Map<String, String> texts(Properties properties, String prefix) {
    Map<String, String> texts = new TreeMap<>();
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(prefix)) {
        texts.put(name, properties.getProperty(name, ""));
      }
    }
    return texts;
  }

  /** The user's folder for what can be made anew, by the XDG Base Directory Specification. */
  Path userCache() {
    String named = environment.getOrDefault("XDG_CACHE_HOME", "");
    return named.isEmpty()
        ? Path.of(properties.getOrDefault("user.home", "."), ".cache")
        : workingFolder.resolve(named);
  }

  /**
   * Whether anything may be configured for this process: without reading it, and without a class
   * that a process needs for nothing else.
   *
   * @param properties those that begin with "terrace."
   */
  public static boolean isConfigured(Map<String, String> properties) {
    if (!properties.isEmpty() || new File(ConfigFile.DEFAULT_NAME).exists()) {
      return true;
    }
    for (String name : System.getenv().keySet()) {
      if (name.startsWith("TERRACE_")) {
        return true;
      }
    }
    return false;
  }

  /** Names no values: variables and properties hold secrets of all kinds. */
  @Override
  public String toString() {
    return "ConfigSources[" + workingFolder + "]";
  }

  // On Linux this bean reads the limits of cgroup v1 and v2; 0 on a JVM that does not have it.
  private static long memoryOfContainerBytes() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }
}
