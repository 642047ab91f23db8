package dev.winnow.embedding;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotationIntrospectorPair;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.winnow.embedding.image.Preprocessing;
import dev.winnow.embedding.image.Resize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Everything needed to run a model, beside its file: a model without its exact preprocessing gives other vectors.
 *
 * @param name {@code a–z 0–9 . _ -}
 * @param version of weights and preprocessing; {@code a–z 0–9 . _}
 * @param file the .onnx file, beside the manifest
 * @param sha256 of that file, 64 lower-case hex digits
 * @param source where it comes from or how it was made
 * @param licence of the weights, an SPDX identifier
 * @param scale what an 8-bit value is multiplied with before mean and deviation
 * @param mean per channel of the input, after scaling
 * @param std per channel of the input, after scaling
 * @param text the model's other half, if it embeds texts too
 * @param adapter what it has been made from, if it is another model with a projection behind it
 */
public record ModelManifest(
        String name,
        String version,
        String file,
        String sha256,
        String source,
        String licence,
        Input input,
        Resize resize,
        double scale,
        List<Double> mean,
        List<Double> std,
        Feature feature,

        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<TextTower> text,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Adapted> adapter) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    // Without '-', so that name and version can be told from each other in the id.
    private static final Pattern VERSION = Pattern.compile("[a-z0-9][a-z0-9._]{0,30}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private static final int MAX_SIDE = 2048;

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .addModule(new Jdk8Module())
            .annotationIntrospector(AnnotationIntrospectorPair.create(
                    new RequiredUnlessOptional(), new JacksonAnnotationIntrospector()))
            .build();

    /** Whatever a manifest consists of must be there; what is {@link Optional} may be left out. */
    private static final class RequiredUnlessOptional extends NopAnnotationIntrospector {

        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasRequiredMarker(AnnotatedMember member) {
            return member.getRawType() != Optional.class;
        }
    }

    /** The input tensor: {@code width × height} pixels of three channels, cut from the middle of the resized picture. */
    public record Input(
            String tensor, int width, int height, Preprocessing.Layout layout, Preprocessing.Colour colour) {}

    /**
     * The output tensor.
     *
     * @param normalised whether the model itself scales its vectors to length 1
     */
    public record Feature(String tensor, int dimension, boolean normalised) {}

    /**
     * Another model with a projection behind it: its vectors follow from the other's, without any picture.
     *
     * @param base the id of the other
     * @param file the projection's graph, beside the manifest
     * @param sha256 of that file, 64 lower-case hex digits
     */
    public record Adapted(String base, String file, String sha256) {

        public Adapted {
            requireFile(file, "adapter.file");
            requireSha256(sha256, "adapter.sha256");
        }
    }

    public ModelManifest {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        require(NAME.matcher(name).matches(), "name", "1 to 63 characters of a-z, 0-9, '.', '_', '-'");
        requireSha256(sha256, "sha256");
        requireFile(file, "file");
        require(VERSION.matcher(version).matches(), "version", "1 to 31 characters of a-z, 0-9, '.', '_'");
        require(input.width() >= 1 && input.width() <= MAX_SIDE, "input.width", "1 to " + MAX_SIDE + " pixels");
        require(input.height() >= 1 && input.height() <= MAX_SIDE, "input.height", "1 to " + MAX_SIDE + " pixels");
        require(Double.isFinite(scale) && scale > 0, "scale", "a positive number");
        require(mean.size() == 3, "mean", "three numbers");
        require(std.size() == 3 && std.stream().allMatch(s -> s > 0), "std", "three positive numbers");
        require(feature.dimension() >= 2 && feature.dimension() <= 65_536, "feature.dimension", "2 to 65536");
        int dimension = feature.dimension();
        text.ifPresent(tower -> require(
                tower.feature().dimension() == dimension,
                "text.feature.dimension",
                "that of the pictures, " + dimension + ": they share a space"));
    }

    /**
     * Reads a manifest. Every field but {@code text} and {@code adapter} is required and no other is allowed: a misspelt one must not fall back to a default.
     *
     * @throws UnusableModelException if there is no such file, or it is no such manifest
     */
    public static ModelManifest read(Path path) {
        try {
            return YAML.readValue(path.toFile(), ModelManifest.class);
        } catch (IOException e) {
            throw new UnusableModelException("manifest " + path + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #read} takes it. */
    public String toYaml() {
        try {
            return YAML.writeValueAsString(this);
        } catch (IOException e) {
            throw new AssertionError("a manifest is made of texts and numbers", e);
        }
    }

    /** How pictures become this model's input. */
    public Preprocessing preprocessing() {
        return new Preprocessing(
                resize, input.width(), input.height(), input.layout(), input.colour(), scale, mean, std);
    }

    /** {@code name-version}: names the collection of its vectors, since vectors of two versions cannot be compared. */
    public String id() {
        return name + "-" + version;
    }

    /** Whether a model can have this name. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    static void requireSha256(String sha256, String field) {
        require(SHA256.matcher(sha256).matches(), field, "64 lower-case hex digits");
    }

    static void requireFile(String file, String field) {
        require(
                !file.isBlank() && Path.of(file).getNameCount() == 1 && !file.equals(".."),
                field,
                "the name of a file beside the manifest");
    }

    static void require(boolean met, String field, String expected) {
        if (!met) {
            throw new IllegalArgumentException(field + ": expected " + expected);
        }
    }
}
