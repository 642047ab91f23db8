/** Pictures for people: thumbnails. */
@NullMarked
package dev.winnow.curation.images;

import org.jspecify.annotations.NullMarked;
