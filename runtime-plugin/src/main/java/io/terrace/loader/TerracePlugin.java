/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.loader;

import io.terrace.api.LastRequest;
import io.terrace.api.Terrace;
import io.terrace.codec.PagePrecision;
import io.terrace.codec.Secrets;
import io.terrace.codec.simd.KernelChoice;
import io.terrace.config.KvPrecision;
import io.terrace.config.LogLevel;
import io.terrace.config.PluginConfig;
import io.terrace.config.PluginOptions;
import io.terrace.device.PagePool;
import io.terrace.engine.Engine;
import io.terrace.engine.EngineEvents;
import io.terrace.engine.ModelSpace;
import io.terrace.engine.Precision;
import io.terrace.engine.PromptReport;
import io.terrace.install.AgentFolder;
import io.terrace.spi.ChunkKey;
import io.terrace.spi.DataType;
import io.terrace.spi.Deadline;
import io.terrace.spi.format.ChunkFault;
import java.lang.ref.WeakReference;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.JMException;
import org.jspecify.annotations.Nullable;

/**
 * The plugin of one process: its configuration, engine, log and figures. Safe for use by several
 * threads.
 */
public final class TerracePlugin implements EngineEvents {
  private static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(5);

  private final PluginConfig config;
  private final PluginLog log;
  private final Engine engine;
  private final SpeedFile speeds;
  private final Reuse reuse;
  private final ModelDigests digests;
  private final Devices devices;
  private final List<WeakReference<RuntimeModels>> runtimes = new CopyOnWriteArrayList<>();
  private final AtomicBoolean published = new AtomicBoolean();

  /**
   * Opens the engine and its tiers; no memory is taken before a model needs some.
   *
   * @param application the class loader of the runtime that is there first: tiers on the
   *     application's class path are found through it
   * @throws io.terrace.spi.config.ConfigException if a tier is not installed, its settings are not
   *     allowed, or the first one cannot be opened
   */
  public TerracePlugin(PluginConfig config, PluginLog log, ClassLoader application) {
    this.config = config;
    this.log = log;
    KernelChoice.allow(config.vectors());
    TierLoader tiers = new TierLoader(AgentFolder.ofThisProcess(), application, log);
    engine =
        new Engine(
            new PagePool(config.poolBytes(), config.checkPages()),
            contexts -> tiers.open(config, contexts),
            new Engine.Limits(config.spillBytes(), config.stagingBytes(), config.loadingPatience()),
            keySecret(config),
            precision(config),
            this);
    if (!engine.tierCounters().isEmpty() || config.precision() != KvPrecision.EXACT) {
      sayWhatIsSlow();
    }
    if (!engine.tierCounters().isEmpty()) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::endTiers, "terrace-shutdown"));
    }
    speeds = new SpeedFile(config.cacheFolder().resolve("speeds.properties"), log);
    engine.remember(speeds.read());
    devices = new Devices(config, engine.pool(), log);
    reuse = new Reuse(engine, devices::opened);
    digests = new ModelDigests(config.cacheFolder().resolve("digests"), this::background, log);
  }

  private static byte @Nullable [] keySecret(PluginConfig config) {
    Secrets secrets = TierCoding.secrets(PluginOptions.KEYS_SECRET.name(), config.keysSecret());
    return secrets == null ? null : secrets.keySecret();
  }

  /** Of models that compute in binary32; what others compute in has few bits already. */
  private static Precision precision(PluginConfig config) {
    DataType kept = config.precision().dataType();
    return runtime ->
        kept == null || runtime.dataType() != DataType.F32
            ? null
            : new PagePrecision(runtime, kept);
  }

  private void sayWhatIsSlow() {
    String reason = KernelChoice.current().reason();
    if (reason != null) {
      log.info(reason);
    }
  }

  private void endTiers() {
    speeds.write(engine.speeds());
    if (!engine.endStored(Deadline.after(SHUTDOWN_PATIENCE))) {
      log.warn(
          "the process ends before all chunks were stored in "
              + engine.tierCounters().keySet()
              + ": they are computed again");
    }
  }

  public PluginConfig config() {
    return config;
  }

  public PluginLog log() {
    return log;
  }

  public Engine engine() {
    return engine;
  }

  public Devices devices() {
    return devices;
  }

  public ModelDigests digests() {
    return digests;
  }

  /** Makes the figures visible through JMX, once, where the configuration wants that. */
  public void publishFigures() {
    if (!config.jmx() || !published.compareAndSet(false, true)) {
      return;
    }
    try {
      reuse.register();
    } catch (JMException e) {
      log.warn("no JMX figures: " + e.getMessage());
    }
  }

  /** A fingerprint that no other model has, for one whose own is not known (yet). */
  public byte[] uniqueFingerprint() {
    byte[] fingerprint = new byte[32];
    new SecureRandom().nextBytes(fingerprint);
    return fingerprint;
  }

  /** A prompt was looked up. */
  public void prompt(int tokens, int reused) {
    reuse.prompt(tokens, reused);
    if (engine.pool().privatePagesEver() > 0) {
      log.warnOnce(
          "budget",
          "the budget of "
              + config.poolBytes()
              + " bytes is in use by open sessions; further pages come from outside of it and are"
              + " not shared (raise pool.bytes, or serve fewer sessions at once); "
              + engine.memory().line());
    }
  }

  /** Whether sessions that begin now share anything, by whoever may switch that. */
  public boolean isSharing() {
    return reuse.isSharing();
  }

  /** The last prompt that was looked up, or null. */
  public @Nullable LastRequest lastRequest() {
    return reuse.last();
  }

  /** The last prompt that was looked up on the calling thread, or null. */
  public @Nullable LastRequest lastRequestOfThread() {
    return reuse.lastOfThread();
  }

  /** Whether nobody wants the answer any more that the calling thread computes. */
  public boolean isCancelled() {
    AtomicBoolean cancelled = new AtomicBoolean();
    guard(
        "the question whether a request was cancelled", () -> cancelled.set(Terrace.isCancelled()));
    return cancelled.get();
  }

  /** A pass ended early, since what it computed came meanwhile. */
  public void passBrokenOff() {
    engine.counters().passesBrokenOff.increment();
  }

  /** A request that was cancelled ends here. */
  public void cancelled() {
    engine.counters().cancelled.increment();
  }

  /**
   * Makes the models of a runtime known, for what an application asks of them. They are not kept: a
   * runtime may go, with its class loader.
   */
  public void addModels(RuntimeModels models) {
    runtimes.add(new WeakReference<>(models));
  }

  /**
   * Begins to bring what the tiers have of a prompt that will come.
   *
   * @return whether the model's chunks are known
   */
  public boolean prefetch(Object model, int[] promptTokens) {
    AtomicBoolean known = new AtomicBoolean();
    guard(
        "prefetch",
        () -> {
          for (WeakReference<RuntimeModels> runtime : runtimes) {
            RuntimeModels models = runtime.get();
            ModelSpace space = models == null ? null : models.space(model);
            if (space != null) {
              known.set(true);
              engine.prefetch(space, promptTokens);
            }
          }
        });
    return known.get();
  }

  /** Runs something of ours within a request: a failure is counted, reported once, and a miss. */
  public void guard(String what, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      failed(new IllegalStateException(what + " failed, which is a miss: " + e, e));
    }
  }

  /** Runs something of ours beside the requests, on a thread of its own that ends with it. */
  public void background(String what, Runnable work) {
    Thread thread = new Thread(() -> guard(what, work), "terrace-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void faulty(String tier, ChunkKey key, ChunkFault fault) {
    log.warnOnce(
        "fault " + tier + fault.kind(),
        "tier '"
            + tier
            + "': chunk "
            + key
            + " cannot be used, "
            + (fault.blamesChunk() ? "is set aside" : "stays where it is")
            + " and is computed again: "
            + fault
            + " (further ones of this kind are counted only)");
  }

  @Override
  public void leftAlone(String tier, Duration rest, Throwable cause) {
    log.warn(
        "tier '"
            + tier
            + "' is left alone, for "
            + rest.toSeconds()
            + " s at first, and requests go on without it: "
            + cause.getMessage()
            + " (see whether its store is up and reachable)");
  }

  @Override
  public void wellAgain(String tier) {
    log.info("tier '" + tier + "' is well again");
  }

  @Override
  public void ran(PromptReport report) {
    PlanEvent.record(report);
    if (config.logLevel() == LogLevel.DEBUG) {
      log.debug(report.line());
      log.debug(engine.memory().line());
    }
  }

  /** A failure of ours that a request did not notice. */
  @Override
  public void failed(Throwable failure) {
    engine.counters().failures.increment();
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    StackTraceElement[] trace = cause.getStackTrace();
    String place = trace.length == 0 ? "" : " at " + trace[0];
    // Messages may differ every time (keys, addresses): the place does not.
    log.warnOnce(cause.getClass().getName() + place, failure + place);
  }
}
