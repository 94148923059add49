/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import io.terrace.spi.Deadline;
import io.terrace.spi.KvTier;
import io.terrace.spi.KvTierProvider;
import io.terrace.spi.TierContext;
import io.terrace.spi.config.ConfigException;
import io.terrace.spi.config.ConfigSpec;
import io.terrace.spi.config.Option;
import io.terrace.spi.config.Settings;
import io.terrace.tier.nfs.gds.Gds;
import io.terrace.tier.nfs.io.FileSystemKind;
import io.terrace.tier.nfs.io.Forcing;
import io.terrace.tier.nfs.io.IoFaults;
import io.terrace.tier.nfs.io.ReadPathProbe;
import io.terrace.tier.nfs.io.ReadPaths;
import io.terrace.tier.nfs.io.ReadWay;
import io.terrace.tier.nfs.io.UringReads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Opens the tier of type {@code nfs}: chunks in files of a volume. */
public final class NfsTierProvider implements KvTierProvider {
  private static final System.Logger LOGGER = System.getLogger(NfsTierProvider.class.getName());

  static final Option<Path> ROOT =
      Option.path("root", "Folder that the chunks are kept in, on a volume that instances share.");

  static final Option<Long> CAPACITY =
      Option.bytes("capacity", "What all chunks on the volume may take, whoever wrote them.")
          .min(1L << 20)
          .computed(
              "four fifths of the whole file system, whatever else lies there; no limit where it does"
                  + " not say how large it is",
              1L << 40);

  static final Option<Sync> SYNC =
      Option.choice(
              "sync",
              Sync.class,
              "What is forced to the disk before a chunk is shown: nothing, its bytes, or its"
                  + " bytes and its name.")
          .defaultsTo(Sync.NONE);

  static final Option<Integer> THREADS =
      Option.integer("threads", "Reads and writes of the volume that go on at once.")
          .min(1)
          .max(256)
          .defaultsTo(16);

  static final Option<ReadWay> READ =
      Option.choice(
              "read",
              ReadWay.class,
              "How files are read: through the page cache, past it, or past it by io_uring; one"
                  + " that does not work here is replaced by the best that does.")
          .defaultsTo(ReadWay.AUTO);

  static final Option<MapMode> MAP =
      Option.choice(
              "map",
              MapMode.class,
              "Whether chunks are used where they lie, by mapping their files: on tmpfs alone, on"
                  + " local file systems as well, or nowhere.")
          .defaultsTo(MapMode.AUTO);

  static final Option<GdsMode> GDS =
      Option.choice(
              "gds",
              GdsMode.class,
              "Whether payloads go to device memory by GPUDirect Storage: where that saves the copy"
                  + " in host memory, wherever its library is there, or nowhere.")
          .defaultsTo(GdsMode.AUTO);

  static final Option<Duration> PRESENCE_AGE =
      Option.duration("presenceAge", "How long it is believed that a chunk is there, or is not.")
          .max(Duration.ofMinutes(10))
          .computed("0s on local file systems, 1s on others", Duration.ofSeconds(1));

  private static final ConfigSpec OPTIONS =
      ConfigSpec.of(ROOT, CAPACITY, SYNC, THREADS, READ, MAP, GDS, PRESENCE_AGE);

  private static final Duration OPEN_TIME = Duration.ofSeconds(30);
  private static final Duration PROBE_TIME = Duration.ofSeconds(5);

  @Override
  public String type() {
    return "nfs";
  }

  @Override
  public ConfigSpec options() {
    return OPTIONS;
  }

  /** Where the volume hangs, this ends with an error: a process must start without it. */
  @Override
  public KvTier open(Settings settings, TierContext context) {
    FutureTask<KvTier> opening = new FutureTask<>(() -> opened(settings, context));
    Thread.ofPlatform().daemon().name("terrace-nfs-open").start(opening);
    try {
      return opening.get(OPEN_TIME.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw refuse(settings, "a folder of a volume that answers within 30 s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refuse(settings, "to be opened without an interrupt", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ConfigException refused) {
        throw refused;
      }
      throw refuse(settings, "a folder that can be used: " + text(e.getCause()), e);
    }
  }

  private static String text(@Nullable Throwable cause) {
    return cause instanceof IOException e ? IoFaults.text(e) : String.valueOf(cause);
  }

  private static ConfigException refuse(Settings settings, String wanted, Exception cause) {
    ConfigException refused = settings.refuse(ROOT, wanted);
    refused.initCause(cause);
    return refused;
  }

  private static KvTier opened(Settings settings, TierContext context) throws IOException {
    Path root = settings.get(ROOT);
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw settings.refuse(ROOT, "a folder, and this is a file: name another one");
    }
    if (!Files.isDirectory(root)) {
      throw settings.refuse(ROOT, "a folder that is there: mount the volume, or create the folder");
    }
    if (!Files.isReadable(root) || !Files.isExecutable(root)) {
      throw settings.refuse(ROOT, "a folder that this user may read: change its rights");
    }
    return open(root.toAbsolutePath().normalize(), settings, context);
  }

  private static KvTier open(Path root, Settings settings, TierContext context) throws IOException {
    FileSystemKind kind = FileSystemKind.of(root);
    long capacity = settings.find(CAPACITY).orElse(fourFifths(root));
    Duration age = settings.find(PRESENCE_AGE).orElse(Duration.ofSeconds(kind.isLocal() ? 0 : 1));
    NfsSettings values =
        new NfsSettings(
            root,
            capacity,
            settings.get(SYNC),
            settings.get(THREADS),
            settings.get(READ),
            settings.get(MAP),
            settings.get(GDS),
            age);
    VolumeFacts facts =
        new VolumeFacts(
            kind,
            paths(root, values.read()),
            Mapping.of(values.map(), kind),
            values.gds() == GdsMode.OFF
                ? Gds.none("'gds' is off")
                : Gds.probe(Gds.DEFAULT_LIBRARY, PROBE_TIME));
    tell(values, facts);
    return new NfsTier(values, context, facts, facts.paths().open(), Forcing.SYSTEM);
  }

  private static long fourFifths(Path root) throws IOException {
    long total = Files.getFileStore(root).getTotalSpace();
    return total > 0 ? total / 5 * 4 : NfsSettings.NO_LIMIT;
  }

  private static ReadPaths paths(Path root, ReadWay wanted) {
    return wanted == ReadWay.CHANNEL
        ? new ReadPaths(ReadWay.CHANNEL, "as set", List.of(), false, UringReads.DEFAULT_DEPTH)
        : ReadPathProbe.run(root, wanted, UringReads.DEFAULT_DEPTH, Deadline.after(PROBE_TIME));
  }

  private static void tell(NfsSettings settings, VolumeFacts facts) {
    boolean otherWay = settings.read() != ReadWay.AUTO && settings.read() != facts.paths().chosen();
    boolean notMapped = settings.map() == MapMode.ON && !facts.mapping().on();
    boolean noGds = settings.gds() == GdsMode.ON && !facts.usesGds(GdsMode.ON);
    LOGGER.log(
        otherWay || notMapped || noGds ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
        "chunks at {0} ({1}): {2}; mapped: {3}, {4}; {5}",
        settings.root(),
        facts.kind().name(),
        facts.paths(),
        facts.mapping().on() ? "yes" : "no",
        facts.mapping().reason(),
        facts.gds());
    if (!Files.isWritable(settings.root())) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "{0} may only be read: nothing is stored or removed there; mount it so that it may be"
              + " written, or give this user the right",
          settings.root());
    }
  }
}
