package dev.winnow.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A network that models/export_torchvision.py exported, and what PyTorch makes of some photos.
 *
 * @param network the .onnx file, its weights inside or beside it
 * @param manifest the keys of a manifest that say how a photo becomes the input
 * @param tolerance of the relative difference between vectors
 * @param expected by the photo's file name, vectors of length 1
 */
record NetworkCase(
        String name, Path network, JsonNode manifest, int dimension, double tolerance, Map<String, double[]> expected) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** All cases of a work folder, by name. */
    static List<NetworkCase> in(Path work) throws IOException {
        try (Stream<Path> folders = Files.list(work)) {
            List<NetworkCase> cases = new ArrayList<>();
            for (Path folder : folders.sorted().toList()) {
                if (Files.exists(folder.resolve("case.json"))) {
                    cases.add(read(folder));
                }
            }
            return cases;
        }
    }

    private static NetworkCase read(Path folder) throws IOException {
        JsonNode json = JSON.readTree(folder.resolve("case.json").toFile());
        Map<String, double[]> expected = new TreeMap<>();
        for (Map.Entry<String, JsonNode> photo : json.required("expected").properties()) {
            expected.put(photo.getKey(), JSON.treeToValue(photo.getValue(), double[].class));
        }
        return new NetworkCase(
                json.required("name").textValue(),
                folder.resolve(json.required("file").textValue()),
                json.required("manifest"),
                json.required("dimension").intValue(),
                json.required("tolerance").doubleValue(),
                expected);
    }

    /** What a user who knows how the network wants its pictures passes to {@code ./winnow models add}. */
    List<String> options() {
        JsonNode input = manifest.required("input");
        JsonNode resize = manifest.required("resize");
        return List.of(
                network.toString(),
                "--name",
                name,
                "--size",
                input.required("width").asText() + "x"
                        + input.required("height").asText(),
                "--short-side",
                resize.required("short_side").asText(),
                "--interpolation",
                resize.required("interpolation").asText(),
                "--colour",
                input.required("colour").asText(),
                "--scale",
                manifest.required("scale").asText(),
                "--mean",
                numbers("mean"),
                "--std",
                numbers("std"));
    }

    private String numbers(String key) {
        return String.join(
                ",",
                StreamSupport.stream(manifest.required(key).spliterator(), false)
                        .map(JsonNode::asText)
                        .toList());
    }

    /** How far a vector is from the one expected of a photo, relative to its length. */
    double difference(String photo, List<Float> vector) {
        double[] wanted = Objects.requireNonNull(expected.get(photo), photo);
        double squares = 0;
        double length = 0;
        for (int i = 0; i < wanted.length; i++) {
            squares += (vector.get(i) - wanted[i]) * (vector.get(i) - wanted[i]);
            length += wanted[i] * wanted[i];
        }
        return Math.sqrt(squares / length);
    }

    /** The input as the manifest must state it. */
    ModelManifest.Input input() throws IOException {
        return JSON.treeToValue(manifest.required("input"), ModelManifest.Input.class);
    }
}
