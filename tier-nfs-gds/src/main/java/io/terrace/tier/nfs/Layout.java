/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.ChunkKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where things lie below the root: a chunk under its key's first two digits, a folder for each, in
 * a file that is named by the whole key.
 */
record Layout(Path root) {
  /** Name of what is being written, behind the name of the chunk that it will be. */
  private static final String PART = ".part";

  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  /** Files in the root that live for moments. */
  private static final Pattern TRIAL =
      Pattern.compile(
          "\\.probe-[0-9a-f]{1,16}|\\.(doctor|now|collecting)\\." + UUID + "(\\.part)?");

  private static final int NAME_LENGTH = 2 * ChunkKey.BYTES;
  private static final int DIGITS = 16;

  /** The file of a chunk. */
  Path file(ChunkKey key) {
    String hex = key.hex();
    return folder(hex).resolve(hex);
  }

  /** A name of its own beside the chunk's, for what is not complete. */
  Path part(ChunkKey key) {
    String hex = key.hex();
    String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return folder(hex).resolve(hex + "." + unique + PART);
  }

  private Path folder(String hex) {
    return root.resolve(hex.substring(0, 1)).resolve(hex.substring(1, 2));
  }

  /** All folders that may hold chunks, in the order of their keys; some may not be there. */
  List<Path> folders() {
    List<Path> folders = new ArrayList<>(DIGITS * DIGITS);
    for (int i = 0; i < DIGITS * DIGITS; i++) {
      folders.add(folder(HexFormat.of().toHexDigits((byte) i)));
    }
    return folders;
  }

  /** The place in {@link #folders()} of the folder that a key's file is in. */
  static int folderIndex(ChunkKey key) {
    return HexFormat.fromHexDigits(key.hex().substring(0, 2));
  }

  /** The key that a file is named by; null if it is no chunk's. */
  static @Nullable ChunkKey key(Path file) {
    String name = name(file);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return null;
      }
    }
    return name.length() == NAME_LENGTH ? ChunkKey.parse(name) : null;
  }

  /** Whether a file is what a write left behind, or is at work on. */
  static boolean isPart(Path file) {
    return name(file).endsWith(PART);
  }

  /** Whether a file in the root is one that lives for moments, unless its process ends. */
  static boolean isTrial(Path file) {
    return TRIAL.matcher(name(file)).matches();
  }

  /** Where chunks go that were set aside. */
  Path aside() {
    return root.resolve("aside");
  }

  /** What a collector holds while it is at work. */
  Path lock() {
    return root.resolve(".collecting");
  }

  /** The sum that the last collector found. */
  Path usage() {
    return root.resolve(".usage");
  }

  /** What shows that the volume is there, and not the empty folder that it is mounted on. */
  Path marker() {
    return root.resolve(".terrace");
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
