/**
 * CUDA devices through the driver's own library: memory, streams, and the kernel of attention.
 * Knows nothing of sessions and tiers.
 */
@NullMarked
package io.terrace.device.cuda;

import org.jspecify.annotations.NullMarked;
