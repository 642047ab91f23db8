/** Objects of the bucket: image contents and job results. */
@NullMarked
package dev.winnow.curation.s3;

import org.jspecify.annotations.NullMarked;
