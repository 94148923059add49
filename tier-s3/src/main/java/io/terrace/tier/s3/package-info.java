/** The tier that keeps each chunk in an object of an S3 bucket. */
@NullMarked
package io.terrace.tier.s3;

import org.jspecify.annotations.NullMarked;
