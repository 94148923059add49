/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.loader.ChunkInspector.Inspection;
import io.terrace.spi.PageGeometry;
import io.terrace.spi.format.ChunkFault;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.spi.format.ChunkKind;
import io.terrace.spi.format.Protection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code terrace inspect} says of a chunk. */
final class InspectReport {
  private InspectReport() {}

  /** A line for each field that the header has. */
  static List<String> lines(Inspection inspection, boolean tokens) {
    String failure = inspection.failure();
    if (failure != null) {
      return List.of(inspection.place() + ": FAILED: " + failure);
    }
    List<String> lines = new ArrayList<>();
    lines.add(inspection.place() + ": " + Messages.grouped(inspection.bytes()) + " bytes");
    fields(inspection, tokens)
        .forEach((name, value) -> lines.add(String.format(Locale.ROOT, "  %-12s %s", name, value)));
    ChunkFault fault = inspection.fault();
    lines.add(fault == null ? "  sound" : "  NOT USABLE: " + fault);
    return lines;
  }

  /** The same for programs: a list, one entry a place. */
  static List<Map<String, Object>> json(List<Inspection> inspections, boolean tokens) {
    return inspections.stream().map(one -> json(one, tokens)).toList();
  }

  private static Map<String, Object> json(Inspection inspection, boolean tokens) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("place", inspection.place());
    json.put("sound", inspection.isSound());
    String failure = inspection.failure();
    if (failure != null) {
      json.put("failure", failure);
      return json;
    }
    json.put("bytes", inspection.bytes());
    ChunkFault fault = inspection.fault();
    if (fault != null) {
      Map<String, Object> wrong = new LinkedHashMap<>();
      wrong.put("kind", word(fault.kind()));
      wrong.put("from", fault.from());
      wrong.put("to", fault.to());
      wrong.put("message", fault.message());
      json.put("fault", wrong);
    }
    json.putAll(fields(inspection, tokens));
    return json;
  }

  private static Map<String, Object> fields(Inspection inspection, boolean tokens) {
    Map<String, Object> fields = new LinkedHashMap<>();
    ChunkHeader header = inspection.header();
    if (header == null) {
      return fields;
    }
    PageGeometry geometry = header.geometry();
    fields.put("kind", word(header.kind()));
    fields.put("key", header.key().hex());
    fields.put("parent", header.parent().hex());
    if (header.kind() == ChunkKind.REFERENCE) {
      fields.put("refersTo", header.referenced().hex());
    }
    fields.put("fingerprint", HexFormat.of().formatHex(header.fingerprint()));
    fields.put("created", header.created().toString());
    fields.put("positions", header.positions());
    fields.put("chunkTokens", geometry.chunkTokens());
    fields.put("layers", geometry.layers());
    fields.put("kvHeads", geometry.kvHeads());
    fields.put("headSize", geometry.headSize());
    fields.put("dataType", word(geometry.dataType()));
    fields.put("encoding", word(header.encoding()));
    fields.put("rawBytes", header.rawBytes());
    fields.put("storedBytes", header.storedBytes());
    fields.put("checksum", word(header.checksumKind()));
    fields.put("protection", word(header.protection()));
    if (header.protection() != Protection.NONE) {
      fields.put("secretId", HexFormat.of().formatHex(header.secretId()));
    }
    if (tokens) {
      fields.put("tokens", tokens(inspection, header));
    }
    return fields;
  }

  /** They are enciphered still where the secret is not at hand. */
  private static Object tokens(Inspection inspection, ChunkHeader header) {
    return header.protection() == Protection.AES_256_GCM && inspection.fault() != null
        ? "enciphered"
        : Arrays.stream(header.tokens()).boxed().toList();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
