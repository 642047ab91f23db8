package dev.winnow.embedding.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.winnow.embedding.image.Preprocessing;
import dev.winnow.embedding.image.Resize;
import dev.winnow.embedding.onnx.Pooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network that others publish: where it is to be had, and all that makes a model of it. One file each, {@code
 * models/*.yaml}.
 *
 * @param name of the model it becomes, as in a manifest; also the file's name
 * @param version likewise
 * @param description what it is good for, one line
 * @param source its home page
 * @param licence of the weights, an SPDX identifier
 * @param download the network's file first, then what else belongs to it
 * @param scale what an 8-bit value is multiplied with before mean and deviation
 * @param int8 what the weights in 8 bits cost, if this is such a variant of another network
 * @param text the block {@code text} of the model's manifest, as it is to stand there; its files are in {@code download}
 */
record CatalogueEntry(
        String name,
        String version,
        String description,
        String source,
        String licence,
        List<Download> download,
        Input input,
        Resize resize,
        Double scale,
        List<Double> mean,
        List<Double> std,
        Feature feature,
        @Nullable Int8 int8,
        @Nullable JsonNode text) {

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * The input of the published network.
     *
     * @param tensor may be left out: then it is the only one that takes pictures
     */
    record Input(
            @Nullable String tensor,
            Integer width,
            Integer height,
            Preprocessing.Layout layout,
            Preprocessing.Colour colour) {
        Input {
            Required.field("input.width", width);
            Required.field("input.height", height);
            Required.field("input.layout", layout);
            Required.field("input.colour", colour);
        }
    }

    /**
     * The tensor of the published network that serves as the feature.
     *
     * @param tensor may be left out: then it is the best proposal of this pooling and dimension
     * @param dimension numbers for each picture, after pooling
     * @param normalised whether the network itself scales them to length 1
     */
    record Feature(@Nullable String tensor, Pooling pooling, Integer dimension, Boolean normalised) {
        Feature {
            Required.field("feature.pooling", pooling);
            Required.field("feature.dimension", dimension);
            Required.field("feature.normalised", normalised);
        }
    }

    /**
     * A variant in 8 bits of another network of the catalogue.
     *
     * @param of the other network's name
     * @param overlapAt10 share of the ten nearest neighbours that are the other network's too, 0 to 1, as {@code
     *     models/quantise.py} measures it; may be left out where nobody measured it
     */
    record Int8(
            String of,
            @JsonProperty("overlap_at_10") @Nullable Double overlapAt10) {

        /** From this overlap on a variant is recommended. */
        static final double RECOMMENDED = 0.95;

        Int8 {
            Required.field("int8.of", of);
            Required.that(
                    overlapAt10 == null || (overlapAt10 >= 0 && overlapAt10 <= 1),
                    "int8.overlap_at_10",
                    "a share, 0 to 1");
        }

        boolean isRecommended() {
            return overlapAt10 != null && overlapAt10 >= RECOMMENDED;
        }

        /** What a list says of it. */
        String words() {
            String measured = overlapAt10 == null ? "not measured" : String.format(Locale.ROOT, "%.3f", overlapAt10);
            return (isRecommended() ? "recommended" : "not recommended") + ": INT8, overlap@10 " + measured;
        }
    }

    CatalogueEntry {
        Required.field("name", name);
        Required.field("version", version);
        Required.field("description", description);
        Required.field("source", source);
        Required.field("licence", licence);
        Required.field("input", input);
        Required.field("resize", resize);
        Required.field("scale", scale);
        Required.field("mean", mean);
        Required.field("std", std);
        Required.field("feature", feature);
        download = List.copyOf(Objects.requireNonNullElse(download, List.of()));
        Required.that(!download.isEmpty(), "download", "at least one file");
        Required.that(
                download.stream().map(Download::file).distinct().count() == download.size(),
                "download",
                "files of different names");
    }

    /** @throws Failure if there is no such file, or it is no such entry */
    static CatalogueEntry read(Path file) throws Failure {
        try {
            CatalogueEntry entry = YAML.readValue(file.toFile(), CatalogueEntry.class);
            Required.that((entry.name() + ".yaml").equals(file.getFileName().toString()), "name", "the file's name");
            return entry;
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure("catalogue file " + file + ": " + e.getMessage(), e);
        }
    }

    /** The network itself. */
    Download network() {
        return download.getFirst();
    }

    /** How many bytes are to be fetched; negative where that is not known. */
    long bytes() {
        long sum = 0;
        for (Download file : download) {
            if (file.expectedBytes().isEmpty()) {
                return -1;
            }
            sum += file.expectedBytes().getAsLong();
        }
        return sum;
    }

    /** Its preprocessing, named after it. */
    Preset preset() {
        return new Preset(name, input.width(), input.height(), resize, input.colour(), scale, mean, std);
    }
}
