package dev.winnow.embedding.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.winnow.embedding.onnx.Pooling;
import java.util.Optional;

/**
 * What a network is to become.
 *
 * @param version none: a hash of network and preprocessing
 * @param input tensor that takes the pictures; none: the only one that does
 * @param preset its preprocessing
 * @param tensor that serves as the feature
 * @param dimension numbers for each picture; negative: as many as there turn out to be
 * @param text the block of this name, to be copied into the manifest
 */
record Plan(
        String name,
        Optional<String> version,
        String source,
        String licence,
        Optional<String> input,
        Preset preset,
        String tensor,
        Pooling pooling,
        int dimension,
        Optional<JsonNode> text) {}
