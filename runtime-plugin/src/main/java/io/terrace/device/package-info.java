/**
 * Memory for pages: slabs of host and of device memory, and the pools that hand pages out of them.
 */
@NullMarked
package io.terrace.device;

import org.jspecify.annotations.NullMarked;
