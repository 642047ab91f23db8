/** Intake of images: what is accepted into the bucket, and how the rest of the suite hears of it. The sub-packages are adapters. */
@NullMarked
package dev.winnow.ingest;

import org.jspecify.annotations.NullMarked;
