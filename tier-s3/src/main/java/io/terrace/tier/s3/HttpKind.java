/* SPDX-License-Identifier: Apache-2.0 */
package io.terrace.tier.s3;

/** The HTTP client that payloads go through. */
enum HttpKind {
  /** Apache HttpClient 5: blocking, on a thread for each call. */
  APACHE,
  /** Netty, the SDK's own default for asynchronous calls. */
  NETTY,
  /** AWS CRT, in C. */
  CRT
}
