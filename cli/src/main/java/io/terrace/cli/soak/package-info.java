/**
 * The program that {@code terrace bench soak} runs in JVMs of its own: threads that ask an
 * unmodified Jlama, with the agent on its command line, and compare every answer.
 */
@NullMarked
package io.terrace.cli.soak;

import org.jspecify.annotations.NullMarked;
