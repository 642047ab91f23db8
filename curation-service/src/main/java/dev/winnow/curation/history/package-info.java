/** What was written on images: by whom, when and how. */
@NullMarked
package dev.winnow.curation.history;

import org.jspecify.annotations.NullMarked;
