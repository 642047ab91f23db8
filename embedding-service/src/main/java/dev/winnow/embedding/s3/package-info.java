/** Objects in the bucket. */
@NullMarked
package dev.winnow.embedding.s3;

import org.jspecify.annotations.NullMarked;
