/**
 * The adapter for Jlama. Its classes link Jlama's types, so they are loaded by a child of Jlama's
 * own class loader, once for each copy of Jlama in the process.
 */
@NullMarked
package io.terrace.jlama;

import org.jspecify.annotations.NullMarked;
