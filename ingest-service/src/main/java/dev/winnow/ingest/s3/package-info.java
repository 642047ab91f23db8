/** The bucket. */
@NullMarked
package dev.winnow.ingest.s3;

import org.jspecify.annotations.NullMarked;
