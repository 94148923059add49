/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.terrace.spi.Deadline;
import io.terrace.spi.Finding;
import io.terrace.spi.StoredChunk;
import io.terrace.tier.nfs.io.ReadPaths;
import io.terrace.tier.nfs.io.ReadWay;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Looks at the volume for a person. Blocks. */
final class Examination {
  /** Below this part of the capacity the disk is full before the tier is. */
  private static final double FREE_LEAST = 0.1;

  private static final Duration SKEW_MOST = Duration.ofSeconds(60);
  private static final double MIB = 1 << 20;

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
    space(deadline);
    reading();
    mapping();
    gds();
    return List.copyOf(findings);
  }

  private void root() throws IOException {
    String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(layout.root()));
    String text =
        layout.root()
            + " on "
            + facts.kind().name()
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
              "give this user the right to write to " + layout.root() + ", or make room there"));
    }
  }

  private void clock(Instant before, Instant written) {
    Duration skew = Duration.between(before, written);
    String text = String.format(Locale.ROOT, "%.1f s from ours", skew.toMillis() / 1000.0);
    findings.add(
        skew.abs().compareTo(SKEW_MOST) <= 0
            ? Finding.good("clock of the volume", text)
            : Finding.warning(
                "clock of the volume",
                text,
                "set both by NTP: uses are noted in our time, and the oldest are removed first"));
  }

  private void space(Deadline deadline) throws IOException {
    FileStore store = Files.getFileStore(layout.root());
    long chunks = 0;
    long used = 0;
    for (Path folder : layout.folders()) {
      if (deadline.isOver()) {
        throw new InterruptedIOException("the deadline is over");
      }
      for (StoredChunk chunk : files.list(folder, null)) {
        chunks++;
        used += chunk.bytes();
      }
    }
    long free = store.getUsableSpace();
    String text =
        String.format(
            Locale.ROOT,
            "%,d chunks, %,.1f of %,.0f MiB; %,.0f MiB free on the disk",
            chunks,
            used / MIB,
            settings.capacityBytes() / MIB,
            free / MIB);
    boolean isShort = free < (settings.capacityBytes() - used) * FREE_LEAST;
    findings.add(
        isShort
            ? Finding.warning(
                "room", text, "make room on the disk, or lower 'capacity': the disk is full first")
            : Finding.good("room", text));
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
    String text = facts.gds() + (used ? ", used" : ", not used");
    findings.add(
        settings.gds() == GdsMode.ON && !used
            ? Finding.warning(
                "GPUDirect Storage",
                text,
                "install it, or set 'gds' to auto: chunks go by the host")
            : Finding.good("GPUDirect Storage", text));
  }
}
