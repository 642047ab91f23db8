/** Embedding on request, and which model is active. */
@NullMarked
package dev.winnow.embedding.http;

import org.jspecify.annotations.NullMarked;
