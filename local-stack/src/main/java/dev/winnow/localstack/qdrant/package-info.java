/** A server of Qdrant's gRPC protocol, on Lucene. */
@NullMarked
package dev.winnow.localstack.qdrant;

import org.jspecify.annotations.NullMarked;
