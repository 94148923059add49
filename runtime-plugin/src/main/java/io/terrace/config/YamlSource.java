/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

import io.terrace.spi.config.Origin;
import io.terrace.spi.config.RawSetting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/*
 * YAML text to dotted keys. It stops at YAML's nodes: they know their lines, and no object of any
 * type is ever built. Messages never quote the file, as the parser's own ones do: the line may hold
 * a secret.
 */
final class YamlSource {
  private final String file;
  private final Consumer<String> problems;
  private final List<RawSetting> found = new ArrayList<>();
  private final Map<String, Integer> lineByKey = new HashMap<>();
  private final Set<Node> visited = Collections.newSetFromMap(new IdentityHashMap<>());

  private YamlSource(String file, Consumer<String> problems) {
    this.file = file;
    this.problems = problems;
  }

  /**
   * Reads the keys of a text.
   *
   * @param file its name for messages
   * @param problems takes one sentence for each problem
   */
  static List<RawSetting> read(String text, String file, Consumer<String> problems) {
    YamlSource source = new YamlSource(file, problems);
    source.compose(text).ifPresent(source::root);
    return source.found;
  }

  private Optional<Node> compose(String text) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(file).setSchema(new CoreSchema()).build();
    try {
      return new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      problems.accept(at(mark.map(YamlSource::line).orElse(1)) + "not YAML: " + e.getProblem());
    } catch (ReaderException e) {
      int line = 1 + (int) text.codePoints().limit(e.getPosition()).filter(c -> c == '\n').count();
      problems.accept(at(line) + "not YAML: a character that is not printable");
    } catch (YamlEngineException e) {
      problems.accept(file + ": not YAML: " + e.getMessage());
    } catch (StackOverflowError e) {
      problems.accept(file + ": nested too deeply, wanted sections a few levels deep");
    }
    return Optional.empty();
  }

  private void root(Node node) {
    if (node instanceof MappingNode map) {
      map("", map);
    } else if (!isNull(node)) {
      problems.accept(at(line(node)) + "wanted a map of keys, such as 'enabled: true'");
    }
  }

  private void map(String prefix, MappingNode map) {
    for (NodeTuple entry : map.getValue()) {
      int line = line(entry.getKeyNode());
      if (entry.getKeyNode() instanceof ScalarNode name && !isNull(name)) {
        key(prefix + name.getValue(), line, entry.getValueNode());
      } else {
        problems.accept(at(line) + "a key must be a plain text");
      }
    }
  }

  private void key(String key, int line, Node value) {
    Integer before = lineByKey.putIfAbsent(key, line);
    if (before != null) {
      problems.accept(at(line) + "'" + key + "' was set before, on line " + before);
      return;
    }
    if (!(value instanceof ScalarNode) && !visited.add(value)) {
      problems.accept(at(line) + "'" + key + "' is an alias of a map or list: write it out");
      return;
    }
    Origin origin = Origin.ofFile(file, line);
    if (value instanceof MappingNode map && !map.getValue().isEmpty()) {
      map(key + ".", map);
    } else if (value instanceof SequenceNode list) {
      list(key, line, list);
    } else if (value instanceof ScalarNode text && !isNull(text)) {
      found.add(RawSetting.text(key, text.getValue(), origin));
    } else {
      found.add(RawSetting.nothing(key, origin));
    }
  }

  private void list(String key, int line, SequenceNode list) {
    List<String> parts = new ArrayList<>();
    for (Node entry : list.getValue()) {
      if (entry instanceof ScalarNode text && !isNull(text)) {
        parts.add(text.getValue());
      } else {
        problems.accept(at(line(entry)) + "an entry of '" + key + "' is not a plain text");
      }
    }
    found.add(RawSetting.list(key, parts, Origin.ofFile(file, line)));
  }

  private String at(int line) {
    return file + ":" + line + ": ";
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private static int line(Node node) {
    return node.getStartMark().map(YamlSource::line).orElse(1);
  }

  private static int line(Mark mark) {
    return mark.getLine() + 1;
  }
}
