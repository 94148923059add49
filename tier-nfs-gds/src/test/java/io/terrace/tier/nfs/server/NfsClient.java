/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.server;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;

/**
 * One mount of an NFS export, by libnfs: what it asks goes to the server at once, and nothing is
 * remembered here. Files are named by paths from the export on. For one thread at a time.
 */
public final class NfsClient implements AutoCloseable {
  private static final int EEXIST = 17;
  private static final int EFAULT = 14;
  private static final int ESTALE = 116;
  private static final int FILE_MODE = 0600;
  private static final int FOLDER_MODE = 0700;
  private static final int O_RDONLY = 0;
  private static final int TIMEOUT_MILLIS = 20_000;

  private final MemorySegment context;

  private NfsClient(MemorySegment context) {
    this.context = context;
  }

  /** An operation that the server, or the way to it, refused. */
  public static final class NfsException extends IOException {
    private static final long serialVersionUID = 1;
    private final int errno;

    NfsException(String what, int errno, String reason) {
      super(what + ": error " + errno + ": " + reason);
      this.errno = errno;
    }

    /** Whether the file went while it was open: ESTALE. */
    public boolean isStale() {
      return errno == ESTALE;
    }
  }

  @FunctionalInterface
  private interface Call {
    int make(Arena arena) throws Throwable;
  }

  /** Whether the system finds the library. */
  @SuppressWarnings("restricted") // looks for it, without a function of it
  static boolean isInstalled() {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup.libraryLookup(LibNfs.NAME, arena);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static NfsClient mount(String export, int nfsPort, int mountPort) throws IOException {
    String url =
        "nfs://127.0.0.1%s?version=3&nfsport=%d&mountport=%d".formatted(export, nfsPort, mountPort);
    NfsClient client = new NfsClient(context());
    try {
      client.call("mount " + url, arena -> client.mount(arena.allocateFrom(url)));
      return client;
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  private static MemorySegment context() {
    try {
      MemorySegment context = (MemorySegment) LibNfs.INIT_CONTEXT.invokeExact();
      LibNfs.SET_TIMEOUT.invokeExact(context, TIMEOUT_MILLIS);
      LibNfs.SET_AUTORECONNECT.invokeExact(context, 0); // it would try for ever
      return context;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private int mount(MemorySegment url) throws Throwable {
    MemorySegment parsed = (MemorySegment) LibNfs.PARSE_URL_DIR.invokeExact(context, url);
    if (parsed.address() == 0) {
      return -1;
    }
    MemorySegment server = part(parsed, "server");
    MemorySegment path = part(parsed, "path");
    int result = (int) LibNfs.MOUNT.invokeExact(context, server, path);
    LibNfs.DESTROY_URL.invokeExact(parsed);
    return result;
  }

  private static MemorySegment part(MemorySegment url, String name) {
    return url.get(ADDRESS, LibNfs.URL.byteOffset(PathElement.groupElement(name)));
  }

  /** A file of the server, open for reading or writing. */
  public final class OpenFile implements AutoCloseable {
    private final String path;
    private final MemorySegment handle;

    private OpenFile(String path, MemorySegment handle) {
      this.path = path;
      this.handle = handle;
    }

    /** Writes all of it. */
    public void write(long offset, byte[] bytes) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment source = arena.allocateFrom(JAVA_BYTE, bytes);
        for (long done = 0; done < bytes.length; ) {
          long at = done;
          MemorySegment rest = source.asSlice(at);
          int count =
              call(
                  "write " + path,
                  ignored ->
                      (int)
                          LibNfs.PWRITE.invokeExact(
                              context, handle, offset + at, rest.byteSize(), rest));
          done += progress("write", count);
        }
      }
    }

    /** Reads so many bytes. */
    public byte[] read(long offset, int bytes) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment target = arena.allocate(bytes);
        for (long done = 0; done < bytes; ) {
          long at = done;
          done += progress("read", read(offset + at, target.asSlice(at)));
        }
        return target.toArray(JAVA_BYTE);
      }
    }

    private int read(long offset, MemorySegment target) throws IOException {
      try {
        return call(
            "read " + path,
            ignored ->
                (int) LibNfs.PREAD.invokeExact(context, handle, offset, target.byteSize(), target));
      } catch (NfsException e) {
        if (e.errno == EFAULT) { // whatever the server said to READ, libnfs 4.0 makes it this
          size(); // to GETATTR it says the same, and that comes through
        }
        throw e;
      }
    }

    private int progress(String what, int count) throws IOException {
      if (count == 0) {
        throw new IOException(what + " " + path + ": nothing more");
      }
      return count;
    }

    /** Bytes of the file: GETATTR. */
    public long size() throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment attributes = arena.allocate(LibNfs.ATTRIBUTES);
        call(
            "stat " + path,
            ignored -> (int) LibNfs.FSTAT64.invokeExact(context, handle, attributes));
        return LibNfs.size(attributes);
      }
    }

    /** Forces what was written to the server's disk: COMMIT. */
    public void force() throws IOException {
      call("fsync " + path, arena -> (int) LibNfs.FSYNC.invokeExact(context, handle));
    }

    @Override
    public void close() throws IOException {
      call("close " + path, arena -> (int) LibNfs.CLOSE.invokeExact(context, handle));
    }
  }

  /** Makes a file, to be written. */
  public OpenFile create(Path path) throws IOException {
    return opened(
        "create",
        path,
        (name, place) -> (int) LibNfs.CREAT.invokeExact(context, name, FILE_MODE, place));
  }

  /** Opens a file, to be read. */
  public OpenFile open(Path path) throws IOException {
    return opened(
        "open",
        path,
        (name, place) -> (int) LibNfs.OPEN.invokeExact(context, name, O_RDONLY, place));
  }

  /** A call that leaves a handle of a file at a place. */
  @FunctionalInterface
  private interface Opening {
    int make(MemorySegment name, MemorySegment place) throws Throwable;
  }

  private OpenFile opened(String what, Path path, Opening opening) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment place = arena.allocate(ADDRESS);
      call(what + " " + path, names -> opening.make(name(names, path), place));
      return new OpenFile(path.toString(), LibNfs.pointer(place));
    }
  }

  /** Makes a folder, unless it is there. */
  public void createFolder(Path path) throws IOException {
    try {
      call(
          "mkdir " + path,
          names -> (int) LibNfs.MKDIR.invokeExact(context, name(names, path), FOLDER_MODE));
    } catch (NfsException e) {
      if (e.errno != EEXIST) {
        throw e;
      }
    }
  }

  /** Gives a file another name, in the place of what has that name. */
  public void rename(Path from, Path to) throws IOException {
    call(
        "rename " + from + " to " + to,
        names -> (int) LibNfs.RENAME.invokeExact(context, name(names, from), name(names, to)));
  }

  /** Removes a file. */
  public void remove(Path path) throws IOException {
    call("unlink " + path, names -> (int) LibNfs.UNLINK.invokeExact(context, name(names, path)));
  }

  private static MemorySegment name(Arena arena, Path path) {
    return arena.allocateFrom(path.toString());
  }

  /** What a call counted; an exception with the library's words if it failed. */
  private int call(String what, Call call) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int result = call.make(arena);
      if (result < 0) {
        MemorySegment reason = (MemorySegment) LibNfs.GET_ERROR.invokeExact(context);
        throw new NfsException(what, -result, reason.getString(0));
      }
      return result;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(what, e);
    }
  }

  /** Leaves the server. */
  @Override
  public void close() {
    try {
      LibNfs.DESTROY_CONTEXT.invokeExact(context);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
