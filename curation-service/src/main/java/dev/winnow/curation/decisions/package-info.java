/** What somebody decided about single images: to keep them, to drop them, or what they show. */
@NullMarked
package dev.winnow.curation.decisions;

import org.jspecify.annotations.NullMarked;
