/** Memory for pages: slabs of host memory and the pool that hands pages out of them. */
@NullMarked
package io.terrace.device;

import org.jspecify.annotations.NullMarked;
