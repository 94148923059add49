/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

/** How much memory the keys and values of a token take, by a model's config.json. */
final class KvSize {
  private KvSize() {}

  /**
   * Of all layers together, in F32.
   *
   * @throws CliException if the file cannot be read, or lacks a member
   */
  static long bytesPerToken(Path model) {
    Path file = model.resolve("config.json");
    JsonNode config;
    try {
      config = new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw CliException.badInput(file + " cannot be read: " + Messages.why(e, file));
    }
    long heads = config.path("num_attention_heads").asLong();
    long width = config.path("hidden_size").asLong();
    long layers = config.path("num_hidden_layers").asLong();
    if (heads == 0 || width == 0 || layers == 0) {
      throw CliException.badInput(
          file + " lacks num_attention_heads, hidden_size or num_hidden_layers");
    }
    long kvHeads = config.path("num_key_value_heads").asLong(heads);
    long headSize = config.path("head_dim").asLong(width / heads);
    return layers * kvHeads * headSize * 2 * Float.BYTES;
  }
}
