/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.jlama;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.tensor.KvBufferCache;
import io.terrace.config.ComputeDevice;
import io.terrace.device.DeviceAttention;
import io.terrace.device.DeviceMemory;
import io.terrace.device.cuda.AttentionKernel.Shape;
import io.terrace.engine.ModelSpace;
import io.terrace.loader.RuntimeModels;
import io.terrace.loader.TerracePlugin;
import io.terrace.spi.PageGeometry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The models of this Jlama, each known by its {@code KvBufferCache}. Safe for several threads. */
final class Models implements RuntimeModels {
  private final TerracePlugin plugin;
  private final Repairs repairs;
  private final boolean onDevice;
  private final VarHandle modelOfCache;
  private final VarHandle cacheOfModel;
  private final JlamaFingerprint fingerprints;

  // Weak keys compare by identity. An open session refers to its cache: a model that is dropped
  // with sessions open stays, as it does in Jlama.
  private final LoadingCache<KvBufferCache, Optional<ModelSessions>> sessions =
      Caffeine.newBuilder().weakKeys().build(this::open);
  private final Map<AbstractModel, Path> folders =
      Caffeine.newBuilder().weakKeys().<AbstractModel, Path>build().asMap();

  private final LoadingCache<AbstractModel, PassMonitor> monitors =
      Caffeine.newBuilder().weakKeys().build(model -> PassMonitor.watching());

  /**
   * @param onDevice whether a device may compute attention
   */
  Models(TerracePlugin plugin, Repairs repairs, boolean onDevice)
      throws ReflectiveOperationException {
    this.plugin = plugin;
    this.repairs = repairs;
    this.onDevice = onDevice;
    fingerprints = new JlamaFingerprint(plugin.config().portable());
    modelOfCache =
        MethodHandles.privateLookupIn(KvBufferCache.class, MethodHandles.lookup())
            .findVarHandle(KvBufferCache.class, "model", AbstractModel.class);
    cacheOfModel =
        MethodHandles.privateLookupIn(AbstractModel.class, MethodHandles.lookup())
            .findVarHandle(AbstractModel.class, "kvBufferCache", KvBufferCache.class);
    plugin.addModels(this);
  }

  @Override
  public @Nullable ModelSpace space(Object model) {
    ModelSessions ofModel =
        model instanceof AbstractModel ours ? of((KvBufferCache) cacheOfModel.get(ours)) : null;
    return ofModel == null || !ofModel.reuses() ? null : ofModel.space();
  }

  /** The sessions of the model that a cache belongs to, or null if its memory stays Jlama's. */
  @Nullable ModelSessions of(KvBufferCache cache) {
    return sessions.get(cache).orElse(null);
  }

  /** What watches the passes of a model. */
  PassMonitor passes(AbstractModel model) {
    return repairs.serializes() ? PassMonitor.none() : monitors.get(model);
  }

  /** The cache was closed: all of its sessions end. */
  void close(KvBufferCache cache) {
    Optional<ModelSessions> ofCache = sessions.getIfPresent(cache);
    if (ofCache != null) {
      ofCache.ifPresent(ModelSessions::endAll);
    }
  }

  /** A model was made out of a folder. */
  void loaded(AbstractModel model, Path folder) {
    folders.put(model, folder);
    if (onDevice && plugin.config().device() == ComputeDevice.AUTO) {
      of((KvBufferCache) cacheOfModel.get(model)); // no request is to wait for the trial
    }
  }

  private Optional<ModelSessions> open(KvBufferCache cache) {
    AbstractModel model = (AbstractModel) modelOfCache.get(cache);
    String name = nameOf(model);
    PageGeometry geometry = ModelShape.pages(model, plugin.config());
    if (geometry == null) {
      plugin.log().info(name + ": its KV stays in Jlama's own memory (a shard, or another type)");
      return Optional.empty();
    }
    if (repairs.chunks() && Repairs.needsChunks(model.getConfig())) {
      plugin.log().info(name + ": repairs matrix products whose rows Jlama would leave uncomputed");
    }
    String objection = repairs.objection(model);
    if (objection != null) {
      plugin.log().warn(name + ": no reuse: " + objection);
    }
    ModelSpace space = plugin.engine().unnamedSpace(plugin.uniqueFingerprint(), geometry);
    DeviceAttention device = onDevice ? attention(model, cache, name, space) : null;
    if (device != null) {
      plugin.engine().computesOn(device.memory(), space);
    }
    if (objection == null && plugin.config().reuse()) {
      nameByContent(model, space, device);
    }
    return Optional.of(
        new ModelSessions(
            plugin,
            space,
            device,
            model.getConfig().contextLength,
            objection == null && plugin.config().reuse(),
            passes(model),
            new FirstReuse(name, plugin.log())));
  }

  /** What computes a model's attention; null for the host. */
  private @Nullable DeviceAttention attention(
      AbstractModel model, KvBufferCache cache, String name, ModelSpace space) {
    DeviceMemory memory = plugin.devices().memory();
    if (memory == null) {
      return null;
    }
    Shape shape = ModelShape.attention(model, space.geometry());
    if (shape == null) {
      plugin.log().info(name + ": its attention is computed on the host, since no kernel does it");
      return null;
    }
    DeviceAttention device = new DeviceAttention(memory, shape);
    if (plugin.config().device() == ComputeDevice.AUTO) {
      AtomicBoolean isFaster = new AtomicBoolean();
      plugin.guard(
          "a trial of attention", () -> isFaster.set(isFaster(model, cache, name, space, device)));
      return isFaster.get() ? device : null;
    }
    return device;
  }

  private boolean isFaster(
      AbstractModel model,
      KvBufferCache cache,
      String name,
      ModelSpace space,
      DeviceAttention device) {
    AttentionTrial.Result result;
    try {
      result =
          new AttentionTrial(model, cache)
              .run(unshared(model, space, null), unshared(model, space, device));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    boolean isFaster = result.favoursDevice() && !device.memory().isLost();
    String where = isFaster ? "the device" : "the host";
    plugin.log().info(name + ": attention is computed on " + where + ": " + result);
    return isFaster;
  }

  /** Sessions of a model that share nothing. */
  private ModelSessions unshared(
      AbstractModel model, ModelSpace space, @Nullable DeviceAttention device) {
    return new ModelSessions(
        plugin,
        space,
        device,
        model.getConfig().contextLength,
        false,
        PassMonitor.none(),
        new FirstReuse("", plugin.log()));
  }

  /**
   * Until a model's files are digested its chunks have a fingerprint that is this process's own;
   * then they are named by content, as in every other process.
   */
  private void nameByContent(
      AbstractModel model, ModelSpace space, @Nullable DeviceAttention device) {
    Path folder = folders.get(model);
    if (folder == null) {
      plugin
          .log()
          .info(nameOf(model) + ": not made by ModelSupport.loadModel: its chunks stay in memory");
      return;
    }
    plugin
        .digests()
        .digest(
            folder,
            files -> {
              String identity = device == null ? null : device.identity();
              byte[] fingerprint =
                  fingerprints.of(model, files, space.geometry(), repairs, identity);
              plugin.engine().rename(space, fingerprint);
            });
  }

  private String nameOf(AbstractModel model) {
    Path folder = folders.get(model);
    return folder == null ? model.getModelType().name() : String.valueOf(folder.getFileName());
  }
}
