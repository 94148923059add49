/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.terrace.spi.ChunkKey;
import io.terrace.tier.nfs.server.NfsClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Another instance on the volume: does what the tier does, step by step and over NFS. For one
 * thread at a time.
 */
final class NfsInstance implements AutoCloseable {
  private final NfsClient client;
  private final Layout layout;

  /**
   * @param client is closed with the instance
   * @param root of the volume, as the server calls it
   */
  NfsInstance(NfsClient client, Path root) {
    this.client = client;
    this.layout = new Layout(root);
  }

  /** A name for what is not complete, in a folder that is there. */
  Path part(ChunkKey key) throws IOException {
    Path part = layout.part(key);
    Path folder = Objects.requireNonNull(part.getParent());
    client.createFolder(Objects.requireNonNull(folder.getParent()));
    client.createFolder(folder);
    return part;
  }

  /** Begins a file. */
  NfsClient.OpenFile create(Path part) throws IOException {
    return client.create(part);
  }

  /** Gives what is complete the name of its chunk. */
  void rename(Path part, ChunkKey key) throws IOException {
    client.rename(part, layout.file(key));
  }

  /** Stores a chunk, from beginning to end. */
  void publish(ChunkKey key, byte[] stored) throws IOException {
    Path part = part(key);
    try (NfsClient.OpenFile file = create(part)) {
      file.write(0, stored);
      file.force();
    }
    rename(part, key);
  }

  /** Opens a chunk's file. */
  NfsClient.OpenFile open(ChunkKey key) throws IOException {
    return client.open(layout.file(key));
  }

  /** The bytes of a chunk's file; opens it again when that goes meanwhile. */
  byte[] read(ChunkKey key) throws IOException {
    while (true) {
      try (NfsClient.OpenFile file = open(key)) {
        return file.read(0, (int) file.size());
      } catch (NfsClient.NfsException e) {
        assertThat(e.isStale()).as(e.getMessage()).isTrue();
      }
    }
  }

  /** Removes a chunk's file. */
  void remove(ChunkKey key) throws IOException {
    client.remove(layout.file(key));
  }

  @Override
  public void close() {
    client.close();
  }
}
