/* SPDX-License-Identifier: Apache-2.0 */
/**
 * {@code terrace config import}: a configuration of LMCache, in the keys of {@code terrace.yaml}.
 */
@NullMarked
package io.terrace.cli.lmcache;

import org.jspecify.annotations.NullMarked;
