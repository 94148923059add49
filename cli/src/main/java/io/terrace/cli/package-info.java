/** The {@code terrace} command: what a user types, and what measures a runtime from outside. */
@NullMarked
package io.terrace.cli;

import org.jspecify.annotations.NullMarked;
