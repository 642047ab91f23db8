@NullMarked
package dev.winnow.ingest;

import org.jspecify.annotations.NullMarked;
