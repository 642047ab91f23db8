/** Parts of a dataset to train and to test with, of which none knows another. */
@NullMarked
package dev.winnow.curation.splits;

import org.jspecify.annotations.NullMarked;
