/** A real S3 server that a process can start. */
@NullMarked
package io.terrace.s3server;

import org.jspecify.annotations.NullMarked;
