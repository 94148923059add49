/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.spi.format;

/**
 * Why a stored chunk cannot be used.
 *
 * @param kind what sort of fault
 * @param from the first wrong byte, counted from the start of the stored chunk
 * @param to behind the last wrong byte
 * @param message what was wanted and what was there
 */
public record ChunkFault(Kind kind, long from, long to, String message) {
  /** Sorts of faults; each is counted by itself. */
  public enum Kind {
    /** Fewer bytes than a header, or than the header says. */
    TRUNCATED,
    /** More bytes than the header says, or lengths that its geometry cannot have. */
    OVERSIZED,
    /** Not a chunk at all. */
    FOREIGN,
    /** A version of the format that is not read any more. */
    OLDER,
    /** A version of the format, or a method within it, that is not known yet. */
    NEWER,
    /** The header is damaged. */
    HEADER_DAMAGED,
    /** The header is whole and says what cannot be. */
    MALFORMED,
    /** Another chunk than the one that was asked for. */
    OTHER_KEY,
    /** KV of another model, geometry or precision. */
    OTHER_MODEL,
    /** The right key, yet other tokens. */
    OTHER_TOKENS,
    /** Protected with a secret that is not at hand. */
    OTHER_SECRET,
    /** Not protected, where every chunk must be: anybody may have written it. */
    UNPROTECTED,
    /** Written by someone who does not have the secret, or damaged. */
    FORGED,
    /** The payload is damaged. */
    PAYLOAD_DAMAGED,
    /** The payload is what was written, but cannot be decoded. */
    UNDECODABLE,
    /** Encoded in a way that needs a library which is not installed here. */
    NO_LIBRARY
  }

  /** Whether the chunk is to blame, and not what its reader lacks: only then it is set aside. */
  public boolean blamesChunk() {
    return kind != Kind.OTHER_SECRET && kind != Kind.NO_LIBRARY;
  }

  @Override
  public String toString() {
    return kind + ", bytes " + from + " to " + to + ": " + message;
  }
}
