/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.replay;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests that were made of an LLM, each with the blocks of its prompt, as Mooncake publishes them
 * (FAST 2025): JSON, an object a line, with {@code timestamp} in milliseconds and {@code hash_ids}.
 * Blocks are numbered here as they first come: one with another one before it is another block.
 */
public final class Trace {
  private static final ObjectReader JSON = new ObjectMapper().readerFor(Line.class);

  private final List<Request> requests = new ArrayList<>();
  private final List<Integer> parents = new ArrayList<>();
  private final List<Integer> depths = new ArrayList<>();

  /**
   * A request.
   *
   * @param millis when it came
   * @param blocks of its prompt, from the first on
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares requests
  public record Request(long millis, int[] blocks) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Line(
      @JsonProperty("timestamp") @Nullable Long timestamp,
      @JsonProperty("hash_ids") @Nullable List<Long> hashIds) {}

  private record Place(int parent, long id) {}

  private Trace() {}

  /**
   * Reads a trace.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if a line is no request, or comes before the one above it, or
   *     there is none; says which and what was wanted
   */
  public static Trace read(Path file) throws IOException {
    Trace trace = new Trace();
    Map<Place, Integer> numbers = new HashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          trace.add(line, file + ", line " + number, numbers);
        }
      }
    }
    if (trace.requests.isEmpty()) {
      throw new IllegalArgumentException(file + " has no request");
    }
    return trace;
  }

  private void add(String text, String where, Map<Place, Integer> numbers) {
    Line line;
    try {
      line = JSON.readValue(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          where + " is no request in JSON: " + e.getOriginalMessage(), e);
    }
    Long millis = line.timestamp();
    List<Long> ids = line.hashIds();
    if (millis == null || ids == null) {
      throw new IllegalArgumentException(
          where + " lacks " + (millis == null ? "'timestamp', in milliseconds" : "'hash_ids'"));
    }
    if (!requests.isEmpty() && millis < requests.getLast().millis()) {
      throw new IllegalArgumentException(
          where + " came at " + millis + " ms, before the line above it: sort them");
    }
    int[] blocks = new int[ids.size()];
    for (int i = 0; i < ids.size(); i++) {
      int parent = i == 0 ? -1 : blocks[i - 1];
      int depth = i;
      blocks[i] =
          numbers.computeIfAbsent(new Place(parent, ids.get(i)), place -> newBlock(parent, depth));
    }
    requests.add(new Request(millis, blocks));
  }

  private int newBlock(int parent, int depth) {
    parents.add(parent);
    depths.add(depth);
    return parents.size() - 1;
  }

  /** In the order in which they came. */
  public List<Request> requests() {
    return requests;
  }

  /** How many different blocks there are. */
  public int blocks() {
    return parents.size();
  }

  /** The block before one; -1 if it is the first of a prompt. */
  int parent(int block) {
    return parents.get(block);
  }

  /** How many are before it. */
  int depth(int block) {
    return depths.get(block);
  }

  /** How many blocks all prompts have together. */
  public long wanted() {
    return requests.stream().mapToLong(request -> request.blocks().length).sum();
  }
}
