@NullMarked
package dev.winnow.ingest.kafka;

import org.jspecify.annotations.NullMarked;
