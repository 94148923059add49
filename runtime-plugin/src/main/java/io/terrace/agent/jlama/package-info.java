/**
 * Where Jlama is hooked: the advice that is inlined into its methods, and the narrow door through
 * which advice reaches the adapter. Nothing here names a type of Jlama.
 */
@NullMarked
package io.terrace.agent.jlama;

import org.jspecify.annotations.NullMarked;
