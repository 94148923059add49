/** Ways of moving bytes between files and native memory. */
@NullMarked
package io.terrace.tier.nfs.io;

import org.jspecify.annotations.NullMarked;
