/** Datasets written as files that other tools read, an image at a time. */
@NullMarked
package dev.winnow.curation.exports;

import org.jspecify.annotations.NullMarked;
