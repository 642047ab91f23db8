package dev.winnow.embedding.onnx;

/** How a tensor of several vectors for each picture becomes one. */
public enum Pooling {
    /** Not at all: the axes after the batch are flattened. */
    NONE,
    /** The mean over height and width of a feature map, or over the tokens of {@code [batch, tokens, dimension]}. */
    MEAN,
    /** The first token of {@code [batch, tokens, dimension]}: the class token of a vision transformer. */
    CLS
}
