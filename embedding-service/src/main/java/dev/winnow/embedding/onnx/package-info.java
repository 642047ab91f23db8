/** ONNX Runtime: one model, one session. */
@NullMarked
package dev.winnow.embedding.onnx;

import org.jspecify.annotations.NullMarked;
