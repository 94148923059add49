/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.config;

/** When a tier is given a chunk. */
public enum AdmissionRule {
  /** As soon as it is finished. */
  ALL,
  /** When it is seen a second time. */
  SECOND_USE
}
