/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli;

import io.terrace.cli.qa.CompareSetUp;
import io.terrace.cli.qa.Instances;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Instances of {@code terrace serve}, each in a JVM of its own, over the same stores. */
final class ServeInstances implements Instances {
  private static final int INSTANCES = 2;

  private final Installation installation;
  private final ChosenModel model;
  private final Operations operations;
  private final int concurrency;
  private final Map<String, String> extra;
  private final CompareStores stores;

  /**
   * @param concurrency requests that an instance answers at a time; the plain runtime, which mixes
   *     them up, answers one
   * @param extra settings of the plugin, in all set-ups that have it
   */
  ServeInstances(
      Installation installation,
      ChosenModel model,
      Operations operations,
      int concurrency,
      Map<String, String> extra,
      CompareStores stores) {
    this.installation = installation;
    this.model = model;
    this.operations = operations;
    this.concurrency = concurrency;
    this.extra = new LinkedHashMap<>(extra);
    this.stores = stores;
  }

  @Override
  public Running start(CompareSetUp setUp, String store) {
    boolean plain = setUp == CompareSetUp.PLAIN;
    List<String> flags = new ArrayList<>(operations.jvmFlags());
    flags.add("-Djava.io.tmpdir=" + stores.temporary());
    if (!plain) {
      Map<String, String> settings = new LinkedHashMap<>(extra);
      settings.putAll(stores.settings(setUp, store));
      flags.addAll(ServeJvm.agentFlags(installation, settings));
    }
    int atOnce = plain ? 1 : concurrency;
    List<String> arguments = new ArrayList<>(List.of("--name", "terrace", "--port", "0"));
    arguments.addAll(List.of("--concurrency", String.valueOf(atOnce)));
    return new Servers(setUp, store, start(flags, arguments, store));
  }

  /** All at once: most of what a server does until it listens keeps one core busy. */
  private List<ServeJvm> start(List<String> flags, List<String> arguments, String store) {
    List<CompletableFuture<ServeJvm>> starting = new ArrayList<>();
    for (int i = 1; i <= INSTANCES; i++) {
      Path log = stores.log(store + "-" + i);
      starting.add(
          CompletableFuture.supplyAsync(
              () -> ServeJvm.start(installation, model.folder(), flags, arguments, log),
              Thread.ofVirtual()::start));
    }
    try {
      return starting.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException e) {
      for (CompletableFuture<ServeJvm> each : starting) {
        each.handle((server, failure) -> Optional.ofNullable(server))
            .join()
            .ifPresent(ServeJvm::close);
      }
      throw e.getCause() instanceof RuntimeException why ? why : e;
    }
  }

  private final class Servers implements Running {
    private final CompareSetUp setUp;
    private final String store;
    private final List<ServeJvm> servers;

    Servers(CompareSetUp setUp, String store, List<ServeJvm> servers) {
      this.setUp = setUp;
      this.store = store;
      this.servers = servers;
    }

    @Override
    public List<URI> addresses() {
      return servers.stream().map(ServeJvm::address).toList();
    }

    @Override
    public String model() {
      return servers.get(0).model();
    }

    @Override
    public Map<String, Long> hitTokens() {
      Map<String, Long> hits = new LinkedHashMap<>();
      if (!setUp.tiers().isEmpty()) {
        for (ServeJvm server : servers) {
          TierTokens.of(TierTokens.scrape(server.address()), setUp.tiers())
              .forEach((tier, count) -> hits.merge(tier, count, Long::sum));
        }
      }
      return hits;
    }

    @Override
    public void close() {
      servers.parallelStream().forEach(ServeJvm::close);
      stores.forget(store);
    }
  }
}
