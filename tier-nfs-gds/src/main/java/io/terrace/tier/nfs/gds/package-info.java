/** GPUDirect Storage: payloads between files and device memory that do not touch host memory. */
@NullMarked
package io.terrace.tier.nfs.gds;

import org.jspecify.annotations.NullMarked;
