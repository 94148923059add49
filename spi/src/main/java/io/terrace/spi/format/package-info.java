/** The chunk format: the header that stands before every stored payload, written, read, checked. */
@NullMarked
package io.terrace.spi.format;

import org.jspecify.annotations.NullMarked;
