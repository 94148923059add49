/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.gds;

import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Whether GPUDirect Storage is there, found out once. Immutable but for its end. */
public final class Gds implements AutoCloseable {
  /** The library's name, which the system looks up. */
  public static final String DEFAULT_LIBRARY = "libcufile.so.0";

  /** The CUDA driver's library, without which some versions of libcufile loop for ever. */
  private static final String CUDA_LIBRARY = "libcuda.so.1";

  /** What was found. */
  public enum State {
    /** Payloads do not go this way. */
    ABSENT,
    /** The library is there without its kernel module: bytes may go through host memory. */
    COMPATIBLE,
    /** The library and its kernel module are there: bytes go past host memory. */
    DIRECT
  }

  /**
   * What was found out.
   *
   * @param cuFile null if there is none
   * @param properties null if there is none
   */
  private record Found(
      State state, String text, @Nullable CuFile cuFile, CuFile.@Nullable Properties properties) {
    static Found absent(String why) {
      return new Found(State.ABSENT, why, null, null);
    }
  }

  private final Found found;

  private Gds(Found found) {
    this.found = found;
  }

  /**
   * Loads the library and opens its driver.
   *
   * @param library a path, or a name that the system looks up, such as {@link #DEFAULT_LIBRARY}
   * @param patience how long the driver may take; where it hangs, it is absent
   */
  public static Gds probe(String library, Duration patience) {
    return probe(library, CUDA_LIBRARY, patience);
  }

  /**
   * As above, with something else for the CUDA driver.
   *
   * @param cudaLibrary a name that the system looks up; the library is absent without it
   */
  static Gds probe(String library, String cudaLibrary, Duration patience) {
    FutureTask<Found> task = new FutureTask<>(() -> find(library, cudaLibrary));
    Thread thread = Thread.ofPlatform().daemon().name("terrace-gds-probe").unstarted(task);
    thread.start();
    try {
      return new Gds(task.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      String text = library + " did not open its driver within " + patience.toMillis() + " ms";
      return new Gds(Found.absent(text));
    } catch (ExecutionException e) {
      return new Gds(Found.absent(library + ": " + e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Gds(Found.absent("the probe of " + library + " was interrupted"));
    }
  }

  /** What stands for the library where it is not wanted. */
  public static Gds none(String why) {
    return new Gds(Found.absent(why));
  }

  private static Found find(String library, String cudaLibrary) {
    CuFile cuFile;
    try {
      cuFile = new CuFile(new CuFileLibrary(library), CudaContexts.of(cudaLibrary));
    } catch (IllegalArgumentException e) {
      return Found.absent(library + " cannot be loaded"); // the JDK says no more
    } catch (NoSuchElementException e) {
      return Found.absent(library + " is another library: " + e.getMessage());
    }
    try {
      int version = cuFile.version();
      String name = library + " " + version / 1000 + "." + version % 1000 / 10;
      return CuFileLibrary.isLoadable(cudaLibrary)
          ? open(cuFile, name)
          : Found.absent(name + " is there, the CUDA driver (" + cudaLibrary + ") is not");
    } catch (CuFileException e) {
      return Found.absent(library + ": " + e.getMessage());
    }
  }

  private static Found open(CuFile cuFile, String name) {
    CuFile.Properties properties;
    try {
      cuFile.openDriver();
      properties = cuFile.properties();
    } catch (CuFileException e) {
      return Found.absent(name + " is there, its driver is not: " + e.getMessage());
    }
    if (properties.major() == 0 && properties.minor() == 0) {
      String text = name + " without nvidia-fs: in compatible mode, through host memory";
      return new Found(State.COMPATIBLE, text, cuFile, properties);
    }
    String driver = properties.major() + "." + properties.minor();
    return new Found(State.DIRECT, name + " with nvidia-fs " + driver, cuFile, properties);
  }

  /** What was found. */
  public State state() {
    return found.state();
  }

  /** For people, who know what it is about: versions, or the reason of the absence. */
  public String text() {
    return found.text();
  }

  /** For people: versions, or the reason of the absence with the error's name. */
  @Override
  public String toString() {
    return switch (found.state()) {
      case ABSENT -> "GPUDirect Storage is absent: " + found.text();
      case COMPATIBLE, DIRECT -> "GPUDirect Storage: " + found.text();
    };
  }

  /**
   * The library.
   *
   * @throws IllegalStateException if it is absent
   */
  CuFile cuFile() {
    if (found.cuFile() == null) {
      throw new IllegalStateException(toString());
    }
    return found.cuFile();
  }

  /**
   * What its driver says.
   *
   * @throws IllegalStateException if it is absent
   */
  CuFile.Properties properties() {
    if (found.properties() == null) {
      throw new IllegalStateException(toString());
    }
    return found.properties();
  }

  /** Closes the driver. */
  @Override
  public void close() {
    if (found.cuFile() != null) {
      try {
        found.cuFile().closeDriver();
      } catch (CuFileException e) {
        System.getLogger(Gds.class.getName())
            .log(System.Logger.Level.WARNING, "The driver of {0} stays open: {1}", this, e);
      }
    }
  }
}
