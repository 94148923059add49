/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What an application may ask of Terrace. It depends on the JDK alone and does nothing by itself:
 * with the agent in the process the agent answers, without it the answer is that there is none, so
 * that an application runs either way.
 */
@NullMarked
package io.terrace.api;

import org.jspecify.annotations.NullMarked;
