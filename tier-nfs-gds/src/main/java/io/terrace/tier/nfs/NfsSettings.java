/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.nfs;

import java.nio.file.Path;

/**
 * How the tier is set up.
 *
 * @param root folder of the volume that chunks are kept in
 * @param sync what is forced before a chunk gets its name
 * @param threads platform threads that wait for the volume
 */
record NfsSettings(Path root, Sync sync, int threads) {}
