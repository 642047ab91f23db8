/** Exact and near duplicates, in groups around a survivor. */
@NullMarked
package dev.winnow.curation.duplicates;

import org.jspecify.annotations.NullMarked;
