package dev.winnow.embedding;

import dev.winnow.contract.ObjectKey;
import dev.winnow.embedding.image.Identifiers;

/**
 * What a point is made of.
 *
 * @param etag the entity tag of the embedded bytes
 * @param vector length 1
 * @param boxes what was seen of them
 */
public record EmbeddedImage(ObjectKey key, String etag, Identifiers identifiers, float[] vector, BoxMark boxes) {}
