/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The plugin's configuration: from {@code terrace.yaml}, environment variables and system
 * properties to one checked record.
 */
@NullMarked
package io.terrace.config;

import org.jspecify.annotations.NullMarked;
