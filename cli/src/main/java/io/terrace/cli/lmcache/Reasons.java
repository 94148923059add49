/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.lmcache;

import static io.terrace.cli.lmcache.LmcacheKeys.EXTRA;

import io.terrace.spi.config.ConfigSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Why keys of LMCache's have no counterpart. */
final class Reasons {
  private static final String FIGURES = "figures are in the MBean io.terrace:type=Reuse";
  private static final String PEERS =
      "instances share what a tier keeps, a volume or a bucket, and ask nobody else";
  private static final String DISAGGREGATED =
      "prefill and decoding are one process here, and NIXL is not used";
  private static final String PLUGINS =
      "tiers are jars, see 'Where tiers come from' in docs/configuration.md";
  private static final String EVICTION =
      "chunks go by their last use, those first that nothing follows";
  private static final String VLLM = "concerns vLLM alone";
  private static final String PYTHON = "concerns Python alone";
  private static final String KV_ONLY = "nothing but keys and values of attention is kept";
  private static final String POOL = "memory is taken as it is needed, up to pool.bytes";
  private static final String ONE_PROCESS = "a model runs in one process here";

  private static final String STAR = "*";

  /** Whole names; those that end in a star stand for all that begin so. */
  private record Reason(String names, String text) {
    boolean isFor(String key) {
      return list()
          .anyMatch(
              name ->
                  name.endsWith(STAR)
                      ? key.startsWith(name.substring(0, name.length() - 1))
                      : key.equals(name));
    }

    List<String> whole() {
      return list().filter(name -> !name.endsWith(STAR)).toList();
    }

    private Stream<String> list() {
      return Stream.of(names.split(" ", -1));
    }
  }

  private static final List<Reason> REASONS =
      List.of(
          new Reason("local_cpu_use_hugepages", "pages are in huge pages where the system has any"),
          new Reason("reserve_local_cpu_size", POOL),
          new Reason("enable_lazy_memory_allocator lazy_memory_*", POOL),
          new Reason("numa_mode extra_config.gpu_to_numa_mapping*", "memory is bound to no node"),
          new Reason("local_disk_path_sharding gds_path_sharding", "a tier has one root"),
          new Reason("use_layerwise", "a chunk holds all layers"),
          new Reason("save_decode_cache", "answers are always kept, as prompts are"),
          new Reason("save_unfull_chunk", "unfinished chunks are always kept"),
          new Reason(
              "pre_caching_hash_algorithm",
              "keys are SHA-256 in every process; no seed has to be set"),
          new Reason("enable_blending blend_*", "only equal beginnings are reused, bit for bit"),
          new Reason("retrieve_locations store_location", "every tier of the stack is used"),
          new Reason("min_retrieve_tokens", "what is known is reused, however little it is"),
          new Reason(
              "enable_p2p p2p_* peer_* transfer_channel distributed_url lookup_url extra_config.p2p_*",
              PEERS),
          new Reason(
              "enable_controller controller_* lmcache_worker_* lmcache_instance_id mp_*", PEERS),
          new Reason("external_lookup_client lookup_server_worker_ids", PEERS),
          new Reason("lookup_timeout_ms", "a tier's timeout is for looking and reading together"),
          new Reason(
              "enable_pd pd_* enable_xpyd enable_nixl nixl_* extra_config.enable_nixl_storage"
                  + " extra_config.nixl_*",
              DISAGGREGATED),
          new Reason(
              "gds_buffer_size cufile_buffer_size",
              "no memory of the device is set aside for reading"),
          new Reason("gds_backend", "cuFile is the library that is used"),
          new Reason("maru_*", "there is no tier for CXL memory"),
          new Reason("internal_api_server_*", FIGURES),
          new Reason("enable_chunk_statistics chunk_statistics_*", FIGURES),
          new Reason("extra_config.histogram_bucket_*", FIGURES),
          new Reason("enable_kv_events", "no events are sent"),
          new Reason("py_enable_gc script_allowed_imports", PYTHON),
          new Reason("cache_policy cost_aware_*", EVICTION),
          new Reason("enable_async_loading", "chunks are loaded in one way"),
          new Reason("priority_limit", "requests have no priorities"),
          new Reason("hit_miss_ratio enable_scheduler_bypass_lookup use_gpu_connector_v3", VLLM),
          new Reason(
              "pin_timeout_sec pin_check_interval_sec", "pages in use are held while in use"),
          new Reason(
              "runtime_plugin_locations plugin_locations storage_plugins external_backends"
                  + " remote_storage_plugins extra_config.storage_plugin.*"
                  + " extra_config.remote_storage_plugin.*",
              PLUGINS),
          new Reason("remote_config_url app_id", "configuration is read from one file"),
          new Reason(
              "enable_hidden_state_cache max_hidden_state_cpu_size hidden_state* ec ec_* ec.*",
              KV_ONLY),
          new Reason("audit_actual_remote_url extra_config.audit_*", "nothing is audited"),
          new Reason("extra_config.save_chunk_meta", "a chunk always has its header with it"),
          new Reason("extra_config.s3_part_size", "a chunk is one object"),
          new Reason(
              "extra_config.s3_enable_s3express", "an express bucket is known by its name, --x-s3"),
          new Reason(
              "extra_config.fs_connector_*",
              "files get their names when they are whole; 'read' says how they are read"),
          new Reason(
              "extra_config.first_rank_max_local_cpu_size"
                  + " extra_config.remote_enable_mla_worker_id_as0",
              ONE_PROCESS),
          new Reason(
              "extra_config.max_alloc_attempts extra_config.allocation_attempt_delay_secs",
              "a request never waits for memory"));

  private Reasons() {}

  /** Why a key of LMCache's has no counterpart; empty if it is not known. */
  static Optional<String> find(String key) {
    String below = key.startsWith("s3_") ? EXTRA + key : key;
    return REASONS.stream().filter(reason -> reason.isFor(below)).map(Reason::text).findFirst();
  }

  /** Why it has none, or that it is not known, and which was probably meant. */
  static String of(String key) {
    return find(key)
        .orElseGet(
            () ->
                ConfigSpec.nearest(key, known())
                    .map(near -> "not known: is '" + near + "' meant?")
                    .orElse("not known"));
  }

  /** That a key is for tiers of which none is there. */
  static String concerns(List<String> tiers) {
    return "concerns a tier that is not in the stack: " + String.join(" or ", tiers);
  }

  private static Set<String> known() {
    Set<String> known = new TreeSet<>(Mapping.NAMES);
    REASONS.forEach(reason -> known.addAll(reason.whole()));
    return known;
  }
}
