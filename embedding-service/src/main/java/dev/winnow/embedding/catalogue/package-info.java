/** Networks from elsewhere: which there are, how they are fetched, made into models, tried and chosen; {@code winnow models}. */
@NullMarked
package dev.winnow.embedding.catalogue;

import org.jspecify.annotations.NullMarked;
