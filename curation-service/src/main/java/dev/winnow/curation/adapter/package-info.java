/** Projections of vectors learnt from labels. */
@NullMarked
package dev.winnow.curation.adapter;

import org.jspecify.annotations.NullMarked;
