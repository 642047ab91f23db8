package dev.winnow.embedding.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.winnow.embedding.image.Preprocessing.Layout;
import dev.winnow.embedding.image.Resize;
import java.util.Locale;
import java.util.Optional;

/** Writes manifests as people write them: short blocks on one line, see {@link dev.winnow.embedding.ModelManifest}. */
final class ManifestWriter {

    /** The name that the feature gets in a network that was cut. */
    static final String OUTPUT = "embedding";

    private static final JsonMapper JSON = new JsonMapper();

    private ManifestWriter() {}

    /**
     * What is known once the network has been cut.
     *
     * @param file beside the manifest
     * @param input name of the input tensor
     */
    record Cut(String file, String sha256, String input, Layout layout, int dimension, boolean normalised) {}

    static String write(String version, Plan plan, Cut cut) {
        Preset preset = plan.preset();
        String interpolation = preset.resize().interpolation().name().toLowerCase(Locale.ROOT);
        String resize =
                switch (preset.resize()) {
                    case Resize.ShortSide side -> "short_side: " + side.shortSide();
                    case Resize.Squash squash -> "width: " + squash.width() + ", height: " + squash.height();
                };
        return """
                name: %s
                version: %s
                file: %s
                sha256: %s
                source: %s
                licence: %s
                input: {tensor: %s, width: %d, height: %d, layout: %s, colour: %s}
                resize: {%s, interpolation: %s}
                scale: %s
                mean: %s
                std: %s
                feature: {tensor: %s, dimension: %d, normalised: %s}
                %s""".formatted(
                        plan.name(),
                        quoted(version),
                        cut.file(),
                        cut.sha256(),
                        quoted(plan.source()),
                        quoted(plan.licence()),
                        quoted(cut.input()),
                        preset.width(),
                        preset.height(),
                        cut.layout(),
                        preset.colour(),
                        resize,
                        interpolation,
                        preset.scale(),
                        preset.mean(),
                        preset.std(),
                        OUTPUT,
                        cut.dimension(),
                        cut.normalised(),
                        text(plan.text()));
    }

    private static String text(Optional<JsonNode> text) {
        // JSON is YAML too.
        return text.map(block -> "text: " + block + "\n").orElse("");
    }

    /** A YAML string with JSON's escapes. */
    private static String quoted(String text) {
        try {
            return JSON.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a string is always JSON", e);
        }
    }
}
