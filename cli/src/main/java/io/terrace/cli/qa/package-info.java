/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The multi-round QA workload, which {@code terrace bench multi-round-qa} and {@code terrace bench
 * compare} put on OpenAI-compatible servers. The load is that of LMCache's benchmark of this name,
 * described there in {@code benchmarks/multi_round_qa}.
 */
@NullMarked
package io.terrace.cli.qa;

import org.jspecify.annotations.NullMarked;
