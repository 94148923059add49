/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A server that speaks OpenAI's API over a model that Jlama computes. HTTP runs on an event loop,
 * the text of prompts is made and cut into tokens on threads for arrivals, and answers are computed
 * on worker threads, in the order of a bounded queue.
 */
@NullMarked
package io.terrace.serve;

import org.jspecify.annotations.NullMarked;
