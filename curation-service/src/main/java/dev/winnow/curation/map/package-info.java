/** A dataset on a plane: like images near each other. */
@NullMarked
package dev.winnow.curation.map;

import org.jspecify.annotations.NullMarked;
