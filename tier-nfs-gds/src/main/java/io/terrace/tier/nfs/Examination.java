/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.terrace.spi.Deadline;
import io.terrace.spi.Finding;
import io.terrace.spi.StoredChunk;
import io.terrace.spi.format.ChunkHeader;
import io.terrace.tier.nfs.io.IoFaults;
import io.terrace.tier.nfs.io.ReadPaths;
import io.terrace.tier.nfs.io.ReadWay;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** Looks at the volume for a person. Blocks. */
final class Examination {
  /** The pages of most models, with {@code chunkTokens} as it is, and the header. */
  private static final long LARGEST_CHUNK_BYTES = (32L << 20) + ChunkHeader.BYTES;

  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

  private static final Duration SKEW_MOST = Duration.ofSeconds(60);

  private final Layout layout;
  private final NfsSettings settings;
  private final VolumeFacts facts;
  private final ChunkFiles files;
  private final List<Finding> findings = new ArrayList<>();

  Examination(Layout layout, NfsSettings settings, VolumeFacts facts, ChunkFiles files) {
    this.layout = layout;
    this.settings = settings;
    this.facts = facts;
    this.files = files;
  }

  List<Finding> run(Deadline deadline) throws IOException {
    root();
    roundTrip();
    reading();
    mapping();
    gds();
    room(deadline);
    return List.copyOf(findings);
  }

  private void root() throws IOException {
    String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(layout.root()));
    String text =
        layout.root()
            + " on "
            + facts.kind().name()
            + (IN_MEMORY.contains(facts.kind().name()) ? " (in memory: gone after a reboot)" : "")
            + ", owned by "
            + Files.getOwner(layout.root())
            + ", "
            + rights;
    boolean open = rights.charAt(7) == 'w';
    findings.add(
        open
            ? Finding.warning(
                "root", text, "chmod o-w: whoever may write there may put chunks in, or take them")
            : Finding.good("root", text));
  }

  /** Writes a file, renames it, reads it and removes it, and looks at its time. */
  private void roundTrip() {
    String name = ".doctor." + UUID.randomUUID();
    Path part = layout.root().resolve(name + ".part");
    Path file = layout.root().resolve(name);
    try {
      Instant before = Instant.now();
      Files.createFile(part, Rights.FILE);
      Files.writeString(part, name);
      Instant written = Files.getLastModifiedTime(part).toInstant();
      Files.move(part, file, ATOMIC_MOVE);
      if (!Files.readString(file).equals(name)) {
        throw new IOException("what was written did not come back");
      }
      Files.delete(file);
      findings.add(Finding.good("writing", "a file was written, renamed, read and removed"));
      clock(before, written);
    } catch (IOException e) {
      findings.add(
          Finding.bad(
              "writing",
              "a file could not be written, renamed and read: " + IoFaults.text(e),
              IoFaults.of(e).writeAdvice()));
    }
  }

  private void clock(Instant before, Instant written) {
    Duration skew = Duration.between(before, written);
    double seconds = Math.round(skew.toMillis() / 100.0) / 10.0; // never -0.0
    String text = seconds + " s from ours";
    findings.add(
        skew.abs().compareTo(SKEW_MOST) <= 0
            ? Finding.good("clock of the volume", text)
            : Finding.warning(
                "clock of the volume",
                text,
                "set both by NTP: uses are noted in our time, and the oldest are removed first"));
  }

  private void room(Deadline deadline) throws IOException {
    long chunks = 0;
    long used = 0;
    for (Path folder : layout.folders()) {
      if (deadline.isOver()) {
        findings.add(
            Finding.warning(
                "room",
                String.format(Locale.ROOT, "more than %,d chunks, not summed up in time", chunks),
                "give it more time, or look for what makes the volume slow"));
        return;
      }
      for (StoredChunk chunk : files.list(folder, null)) {
        chunks++;
        used += chunk.bytes();
      }
    }
    findings.add(room(chunks, used));
  }

  private Finding room(long chunks, long used) throws IOException {
    FileStore disk = Files.getFileStore(layout.root());
    long free = disk.getTotalSpace() > 0 ? disk.getUsableSpace() : NfsSettings.NO_LIMIT;
    long capacity = settings.capacityBytes();
    String text =
        String.format(
            Locale.ROOT,
            "%,d chunks, %s of %s MiB; %s MiB free on the disk",
            chunks,
            Mebibytes.text(used),
            limit(capacity),
            limit(free));
    if (capacity < LARGEST_CHUNK_BYTES) {
      return Finding.warning(
          "room",
          text + "; a chunk can take " + Mebibytes.whole(LARGEST_CHUNK_BYTES) + " MiB",
          "raise 'capacity': chunks that are larger than it are not stored");
    }
    return free < capacity - used
        ? Finding.warning(
            "room",
            text,
            "make room on the disk, or lower 'capacity': the disk is full before chunks that were"
                + " used long ago are removed")
        : Finding.good("room", text);
  }

  private static String limit(long bytes) {
    return bytes == NfsSettings.NO_LIMIT ? "unlimited" : Mebibytes.whole(bytes);
  }

  private void reading() {
    ReadPaths paths = facts.paths();
    boolean fallback = settings.read() != ReadWay.AUTO && settings.read() != paths.chosen();
    findings.add(
        fallback
            ? Finding.warning(
                "reading", paths.toString(), "set 'read' to auto, or use another file system")
            : Finding.good("reading", paths.toString()));
  }

  private void mapping() {
    Mapping mapping = facts.mapping();
    String text =
        (mapping.on() ? "files are mapped: " : "files are not mapped: ") + mapping.reason();
    findings.add(
        settings.map() == MapMode.ON && !mapping.on()
            ? Finding.warning("mapping", text, "set 'map' to auto; files are read instead")
            : Finding.good("mapping", text));
  }

  private void gds() {
    boolean used = facts.usesGds(settings.gds());
    String text = (used ? "used: " : "not used: ") + facts.gds().text();
    findings.add(
        settings.gds() == GdsMode.ON && !used
            ? Finding.warning(
                "GPUDirect Storage",
                text,
                "install it, or set 'gds' to auto: chunks go by the host")
            : Finding.good("GPUDirect Storage", text));
  }
}
