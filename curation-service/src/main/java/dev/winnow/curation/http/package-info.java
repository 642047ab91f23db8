/** The HTTP API. */
@NullMarked
package dev.winnow.curation.http;

import org.jspecify.annotations.NullMarked;
