/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.qa;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recorded conversations in place of the made up questions: a JSON array of {@code
 * {"conversations": [{"from": "human", "value": "…", "num_tokens": 12}, …]}}, as ShareGPT's exports
 * are.
 */
public final class ShareGpt {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Entry> entries;

  private ShareGpt(List<Entry> entries) {
    this.entries = entries;
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Turn(
      @Nullable String from,
      @Nullable String value,
      @JsonProperty("num_tokens") @Nullable Integer tokens) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Entry(@Nullable List<Turn> conversations) {
    boolean isLongerThan(int turns) {
      return conversations != null
          && conversations.size() > turns
          && conversations.stream().allMatch(turn -> turn.value() != null);
    }
  }

  /**
   * Reads the conversations that are long enough.
   *
   * @param rounds questions of a user
   * @throws IOException if the file cannot be read, is no such array, or no conversation has more
   *     than two turns a round
   */
  public static ShareGpt read(Path file, int rounds) throws IOException {
    List<Entry> entries = new ArrayList<>();
    int all = 0;
    try (MappingIterator<Entry> found = JSON.readerFor(Entry.class).readValues(file.toFile())) {
      while (found.hasNextValue()) {
        Entry entry = found.nextValue();
        all++;
        if (entry.isLongerThan(2 * rounds)) {
          entries.add(entry);
        }
      }
    } catch (JsonProcessingException e) {
      throw new IOException("it is no array of conversations: " + e.getOriginalMessage(), e);
    }
    if (entries.isEmpty()) {
      throw new IOException(
          "none of its " + all + " conversations has more than " + 2 * rounds + " turns");
    }
    return new ShareGpt(entries);
  }

  /**
   * What a user asks. When all conversations are taken they are taken again.
   *
   * @param number of the user, from 0 on
   * @param answerTokens most tokens of an answer, whatever was recorded
   */
  Script script(int number, int answerTokens) {
    List<Turn> turns = entries.get(number % entries.size()).conversations();
    if (turns == null) {
      throw new IllegalStateException("an entry without turns was kept");
    }
    int first = "human".equals(turns.get(0).from()) ? 0 : 1;
    return new Recorded(turns, first, answerTokens);
  }

  /**
   * @param first index of the first human turn
   */
  private record Recorded(List<Turn> turns, int first, int most) implements Script {
    @Override
    public String question(int number) {
      return String.valueOf(turns.get(first + 2 * (number - 1)).value());
    }

    @Override
    public int answerTokens(int number) {
      int index = first + 2 * number - 1;
      Integer recorded = index < turns.size() ? turns.get(index).tokens() : null;
      return recorded == null ? most : Math.clamp(recorded, 1, most);
    }
  }
}
