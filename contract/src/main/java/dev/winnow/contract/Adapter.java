package dev.winnow.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;

/**
 * A linear projection of one model's vectors, learnt from labels: the curation service writes it, the embedding service makes
 * a model of it by appending it to the network of {@link #base}. Two objects of the bucket, this description last: its graph
 * ({@link #graphKey}), an ONNX network {@code vector [batch, base_dimension] → adapted [batch, dimension]} whose only weight is
 * the float initializer {@value #WEIGHT} of shape {@code [base_dimension, dimension]}, and which divides the product by
 * its length; and itself as JSON ({@link #key}).
 *
 * @param name of the model it makes: 1 to 63 characters of {@code a–z 0–9 . _ -}
 * @param version the first 8 digits of {@code sha256}
 * @param base the id of the model whose vectors it takes
 * @param baseDimension how many numbers these have
 * @param dimension how many numbers come out, at least 2
 * @param sha256 of the graph's bytes, 64 lower-case hex digits
 * @param dataset whose labels it was learnt from
 * @param training parameters, seed, watermark and report
 */
public record Adapter(
        String name,
        String version,
        String base,
        @JsonProperty("base_dimension") int baseDimension,
        int dimension,
        String sha256,
        String dataset,
        ObjectNode training) {

    /** The initializer that holds the projection. */
    public static final String WEIGHT = "projection";

    /** Input and output of the graph. */
    public static final String INPUT = "vector";

    public static final String OUTPUT = "adapted";

    /** Of a weight of 4096 × 4096, and some more. */
    public static final int MAX_GRAPH_BYTES = 80 << 20;

    private static final int VERSION_DIGITS = 8;
    private static final String PREFIX = ObjectKey.RESERVED_PREFIX + "adapters/";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,94}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException if something is out of its range */
    public Adapter {
        require(
                isName(name),
                "name",
                "1 to 63 characters of a-z, 0-9, '.', '_', '-', beginning with a letter or digit");
        require(SHA256.matcher(sha256).matches(), "sha256", "64 lower-case hex digits");
        require(sha256.substring(0, VERSION_DIGITS).equals(version), "version", "the first 8 digits of sha256");
        require(ID.matcher(base).matches(), "base", "the id of a model");
        require(baseDimension >= 2 && baseDimension <= 65_536, "base_dimension", "2 to 65536");
        require(dimension >= 2 && dimension <= baseDimension, "dimension", "2 to " + baseDimension);
    }

    /** With the version that goes with the graph's hash. */
    public static Adapter of(
            String name,
            String base,
            int baseDimension,
            int dimension,
            String sha256,
            String dataset,
            ObjectNode training) {
        return new Adapter(
                name, sha256.substring(0, VERSION_DIGITS), base, baseDimension, dimension, sha256, dataset, training);
    }

    /** Whether a model can be called so. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Whether an adapter can have this id. */
    public static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    /** {@code name-version}: the id of the model it makes. */
    @JsonIgnore
    public String id() {
        return name + "-" + version;
    }

    /** Where the description of an adapter is. */
    public static String key(String id) {
        return PREFIX + checked(id) + ".json";
    }

    /** Where the graph of an adapter is. */
    public static String graphKey(String id) {
        return PREFIX + checked(id) + ".onnx";
    }

    private static String checked(String id) {
        require(isId(id), "adapter", "a model's name, '-' and its version");
        return id;
    }

    private static void require(boolean met, String field, String expected) {
        if (!met) {
            throw new IllegalArgumentException(field + ": expected " + expected);
        }
    }
}
