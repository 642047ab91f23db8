package dev.winnow.embedding;

import dev.winnow.contract.Rejection;
import dev.winnow.embedding.image.Identifiers;

/** What became of a file: a vector, or a refusal. */
public sealed interface Embedding {

    /** @param vector of length 1 */
    record Embedded(Identifiers identifiers, float[] vector) implements Embedding {}

    /** No usable image. */
    record Refused(Rejection rejection) implements Embedding {}
}
