/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The test kit for tiers: the contract as tests, chunks to test with, a reference tier, a tier that
 * fails on purpose. Published as the test-jar of this module.
 */
@NullMarked
package io.terrace.spi.kit;

import org.jspecify.annotations.NullMarked;
