/**
 * What happens to KV between a runtime and the tiers: sessions and their page tables, the prefix
 * index, lookup and publication. Knows no runtime and no tier by name.
 */
@NullMarked
package io.terrace.engine;

import org.jspecify.annotations.NullMarked;
