/** The tier that keeps chunks in CPU memory: the pages themselves, without a copy. */
@NullMarked
package io.terrace.tier.cpu;

import org.jspecify.annotations.NullMarked;
