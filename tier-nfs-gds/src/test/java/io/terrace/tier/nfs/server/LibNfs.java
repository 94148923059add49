/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs.server;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of libnfs 4 as method handles, with the signatures of {@code nfsc/libnfs.h}. Loaded
 * where the library is, and for the rest of the process.
 */
@SuppressWarnings("restricted") // the only class of this package that links native functions
final class LibNfs {
  /** Later ones have other signatures under the same names. */
  static final String NAME = "libnfs.so.13";

  private static final int ATTRIBUTE_COUNT = 17;
  private static final int SIZE_INDEX = 7;
  private static final AddressLayout STRING =
      ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(4096, JAVA_BYTE));
  private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(NAME, Arena.global());

  /** {@code struct nfs_url}. */
  static final StructLayout URL =
      MemoryLayout.structLayout(
          STRING.withName("server"), STRING.withName("path"), STRING.withName("file"));

  /** {@code struct nfs_stat_64}: seventeen numbers, of which the eighth is the size. */
  static final MemoryLayout ATTRIBUTES = MemoryLayout.sequenceLayout(ATTRIBUTE_COUNT, JAVA_LONG);

  static final MethodHandle INIT_CONTEXT = link("nfs_init_context", FunctionDescriptor.of(ADDRESS));
  static final MethodHandle DESTROY_CONTEXT =
      link("nfs_destroy_context", FunctionDescriptor.ofVoid(ADDRESS));
  static final MethodHandle GET_ERROR =
      link("nfs_get_error", FunctionDescriptor.of(STRING, ADDRESS));
  static final MethodHandle SET_TIMEOUT =
      link("nfs_set_timeout", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
  static final MethodHandle SET_AUTORECONNECT =
      link("nfs_set_autoreconnect", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
  static final MethodHandle PARSE_URL_DIR =
      link(
          "nfs_parse_url_dir",
          FunctionDescriptor.of(ADDRESS.withTargetLayout(URL), ADDRESS, ADDRESS));
  static final MethodHandle DESTROY_URL =
      link("nfs_destroy_url", FunctionDescriptor.ofVoid(ADDRESS));
  static final MethodHandle MOUNT = function("nfs_mount", ADDRESS, ADDRESS);
  static final MethodHandle MKDIR = function("nfs_mkdir2", ADDRESS, JAVA_INT);
  static final MethodHandle CREAT = function("nfs_creat", ADDRESS, JAVA_INT, ADDRESS);
  static final MethodHandle OPEN = function("nfs_open", ADDRESS, JAVA_INT, ADDRESS);
  static final MethodHandle PREAD = function("nfs_pread", ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS);
  static final MethodHandle PWRITE = function("nfs_pwrite", ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS);
  static final MethodHandle FSYNC = function("nfs_fsync", ADDRESS);
  static final MethodHandle FSTAT64 = function("nfs_fstat64", ADDRESS, ADDRESS);
  static final MethodHandle CLOSE = function("nfs_close", ADDRESS);
  static final MethodHandle RENAME = function("nfs_rename", ADDRESS, ADDRESS);
  static final MethodHandle UNLINK = function("nfs_unlink", ADDRESS);

  private LibNfs() {}

  /** The file handle that a function left in memory of its caller. */
  static MemorySegment pointer(MemorySegment place) {
    return place.get(ADDRESS, 0);
  }

  /** The length of a file in its attributes. */
  static long size(MemorySegment attributes) {
    return attributes.getAtIndex(JAVA_LONG, SIZE_INDEX);
  }

  /** {@code int (context, ...)}: a count, zero, or a negative error number. */
  private static MethodHandle function(String name, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.of(JAVA_INT, arguments).insertArgumentLayouts(0, ADDRESS));
  }

  private static MethodHandle link(String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(SYMBOLS.findOrThrow(name), type);
  }
}
