/** From the bytes of a file to the model's input tensor and to the identifiers an image is filtered by. */
@NullMarked
package dev.winnow.embedding.image;

import org.jspecify.annotations.NullMarked;
