/** Choosing a balanced subset. */
@NullMarked
package dev.winnow.curation.selection;

import org.jspecify.annotations.NullMarked;
