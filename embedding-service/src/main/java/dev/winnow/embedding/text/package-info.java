/** Texts as the tokens that a text network takes. */
@NullMarked
package dev.winnow.embedding.text;

import org.jspecify.annotations.NullMarked;
