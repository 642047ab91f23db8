@NullMarked
package dev.winnow.ingest.http;

import org.jspecify.annotations.NullMarked;
