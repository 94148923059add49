/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.cli.soak;

/**
 * How far a soak is.
 *
 * @param requests that were answered
 * @param bad of them, or beside them: wrong or failed
 * @param faults how often a tier below memory did anything on purpose
 * @param tokenShare the part of all tokens that was not computed
 */
public record SoakProgress(long requests, long bad, long faults, double tokenShare) {}
