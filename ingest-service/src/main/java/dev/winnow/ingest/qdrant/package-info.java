/** What the index holds, read for reconciliation only. */
@NullMarked
package dev.winnow.ingest.qdrant;

import org.jspecify.annotations.NullMarked;
