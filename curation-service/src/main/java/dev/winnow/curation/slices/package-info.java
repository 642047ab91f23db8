/** Slices: immutable, named, versioned sets of images of one dataset, and what is done with their files. */
@NullMarked
package dev.winnow.curation.slices;

import org.jspecify.annotations.NullMarked;
