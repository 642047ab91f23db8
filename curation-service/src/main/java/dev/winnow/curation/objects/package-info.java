/** The boxes of images: read from COCO and CSV files, kept in the bucket, written back. */
@NullMarked
package dev.winnow.curation.objects;

import org.jspecify.annotations.NullMarked;
