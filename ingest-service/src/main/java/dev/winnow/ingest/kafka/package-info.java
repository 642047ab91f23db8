/** Events out, bucket notifications in. */
@NullMarked
package dev.winnow.ingest.kafka;

import org.jspecify.annotations.NullMarked;
