/** The tier that keeps each chunk in a file of a volume which several instances may mount. */
@NullMarked
package io.terrace.tier.nfs;

import org.jspecify.annotations.NullMarked;
