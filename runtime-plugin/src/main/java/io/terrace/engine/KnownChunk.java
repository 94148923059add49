/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.engine;

import io.terrace.device.KvPage;
import io.terrace.spi.ChunkKey;

/** A chunk in memory, finished or not, with its tokens and its page. */
record KnownChunk(ChunkKey key, ChunkKey parent, int start, TokenRun tokens, KvPage page) {}
