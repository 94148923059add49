/**
 * The Java agent: the only user of Byte Buddy and of instrumentation. Loaded by the system class
 * loader, it never links a type of a runtime.
 */
@NullMarked
package io.terrace.agent;

import org.jspecify.annotations.NullMarked;
