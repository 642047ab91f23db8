package dev.winnow.contract;

import java.util.List;

/**
 * The shape of a point: one collection per embedding model, cosine distance, the image id as the point's id, and the
 * payload an image is filtered by. The worker owns the measured keys and rewrites them with each embedding; labels, tags
 * and decisions belong to the curation service, and the worker never touches them.
 *
 * <p>A box of an image ({@link ObjectBox}) has a point as well, with the {@link ObjectId} as its id and the embedding of
 * its crop as its vector. All of its payload is the worker's, labels included: what people decide about a box stands in
 * the image's {@link ImageObjects}.
 */
public final class PointSchema {

    /** The alias that names the active collection. Readers only ever use this name. */
    public static final String ALIAS = "winnow";

    /** The alias that names the collection that was active before, see {@link #previousAlias}. */
    public static final String PREVIOUS_ALIAS = "winnow-previous";

    /**
     * The alias that names the collection a change of model is filling, while there is one. Once it names the active
     * collection, the change is done but for the last {@link #DECISIONS}.
     */
    public static final String NEXT_ALIAS = "winnow-next";

    public static final String DATASET = "dataset";
    public static final String PATH = "path";
    /** {@code image} or {@code object} (a box within an image). */
    public static final String KIND = "kind";

    public static final String ETAG = "etag";
    /** Lower-case hex of the file's SHA-256: equal bytes, equal value, whatever the path. */
    public static final String SHA256 = "sha256";
    /** 64-bit perceptual hash, 16 lower-case hex digits. */
    public static final String PHASH = "phash";

    public static final String BYTES = "bytes";
    public static final String FORMAT = "format";
    /** Pixels, after the EXIF orientation has been applied. */
    public static final String WIDTH = "width";

    public static final String HEIGHT = "height";
    /** EXIF's 1 (stored upright) to 8. */
    public static final String ORIENTATION = "orientation";
    /** RFC 3339 date-time; absent where the file does not say. */
    public static final String CAPTURED_AT = "captured_at";

    public static final String CAMERA = "camera";
    public static final String BRIGHTNESS = "brightness";
    public static final String CONTRAST = "contrast";
    public static final String SHARPNESS = "sharpness";
    public static final String ENTROPY = "entropy";
    /** The names of the dominant colours. */
    public static final String COLOURS = "colours";
    /** The dominant colours as {@code {name, lab: [L*, a*, b*], share}}; shown, not filtered by. */
    public static final String PALETTE = "palette";

    public static final String LABELS = "labels";
    public static final String TAGS = "tags";
    public static final String SPLIT = "split";
    public static final String CLUSTER = "cluster";

    /** Of an image: how many boxes were found at the last look; absent where there was none. */
    public static final String OBJECTS = "objects";

    /** Of an image: the entity tag of its {@link ImageObjects} at the last look; absent where nobody annotated it. */
    public static final String OBJECTS_ETAG = "objects_etag";

    /** Of an object: the id of its image. */
    public static final String PARENT = "parent";
    /** Of an object: {@link ObjectBox#id()}. */
    public static final String OBJECT = "object";
    /** Of an object: {@link Box}, four numbers, in pixels of the upright image. */
    public static final String BOX = "box";
    /** Of an object: what its vector was made from. Equal values, equal vectors. */
    public static final String CROP = "crop";

    /** Who wrote the labels, a person or a tool; absent where that was not noted. */
    public static final String LABELLED_BY = "labelled_by";
    /** When: RFC 3339 date-time. */
    public static final String LABELLED_AT = "labelled_at";
    /** How: {@code patch}, {@code csv}, … */
    public static final String LABEL_SOURCE = "label_source";
    /** How sure whoever wrote the labels was, 0 to 1; absent where nobody said. */
    public static final String LABEL_CONFIDENCE = "label_confidence";

    /** {@code keep}, {@code drop} or {@code relabel}; absent where nobody decided. */
    public static final String DECISION = "decision";

    public static final String DECISION_BY = "decision_by";
    /** RFC 3339 date-time. */
    public static final String DECISION_AT = "decision_at";
    /** Free text; shown, not filtered by. */
    public static final String DECISION_REASON = "decision_reason";

    /** When any of {@link #DECISIONS} was last edited: microseconds since 1970. Of two collections the later edit counts. */
    public static final String DECIDED_AT = "decided_at";

    /** What people decided about an image, whatever model looks at it: it outlives a change of model. */
    public static final List<String> DECISIONS = List.of(
            LABELS,
            TAGS,
            SPLIT,
            LABELLED_BY,
            LABELLED_AT,
            LABEL_SOURCE,
            LABEL_CONFIDENCE,
            DECISION,
            DECISION_BY,
            DECISION_AT,
            DECISION_REASON,
            DECIDED_AT);

    public static final String KIND_IMAGE = "image";
    public static final String KIND_OBJECT = "object";

    /** How a payload key is indexed. */
    public enum IndexType {
        /** A keyword that separates tenants: the index is laid out by it. */
        TENANT,
        KEYWORD,
        INTEGER,
        FLOAT,
        DATETIME
    }

    /** A payload key and its index. */
    public record Index(String key, IndexType type) {}

    /** The indexes every collection is created with. */
    public static final List<Index> INDEXES = List.of(
            new Index(DATASET, IndexType.TENANT),
            new Index(PATH, IndexType.KEYWORD),
            new Index(KIND, IndexType.KEYWORD),
            new Index(PARENT, IndexType.KEYWORD),
            new Index(SHA256, IndexType.KEYWORD),
            new Index(FORMAT, IndexType.KEYWORD),
            new Index(CAMERA, IndexType.KEYWORD),
            new Index(COLOURS, IndexType.KEYWORD),
            new Index(LABELS, IndexType.KEYWORD),
            new Index(TAGS, IndexType.KEYWORD),
            new Index(SPLIT, IndexType.KEYWORD),
            new Index(LABELLED_BY, IndexType.KEYWORD),
            new Index(LABELLED_AT, IndexType.DATETIME),
            new Index(LABEL_SOURCE, IndexType.KEYWORD),
            new Index(LABEL_CONFIDENCE, IndexType.FLOAT),
            new Index(DECISION, IndexType.KEYWORD),
            new Index(DECISION_BY, IndexType.KEYWORD),
            new Index(DECISION_AT, IndexType.DATETIME),
            new Index(CLUSTER, IndexType.INTEGER),
            new Index(BYTES, IndexType.INTEGER),
            new Index(WIDTH, IndexType.INTEGER),
            new Index(HEIGHT, IndexType.INTEGER),
            new Index(ORIENTATION, IndexType.INTEGER),
            new Index(BRIGHTNESS, IndexType.FLOAT),
            new Index(CONTRAST, IndexType.FLOAT),
            new Index(SHARPNESS, IndexType.FLOAT),
            new Index(ENTROPY, IndexType.FLOAT),
            new Index(CAPTURED_AT, IndexType.DATETIME));

    private PointSchema() {}

    /** The collection that holds the vectors of a model, named by its id {@code name-version}. */
    public static String collection(String model) {
        return "winnow-" + model;
    }

    /**
     * The alias of the collection that was active {@code steps} changes of the model ago, 1 or more: {@code
     * winnow-previous}, {@code winnow-previous2}, … No collection has such a name, theirs end in a version.
     */
    public static String previousAlias(int steps) {
        return steps == 1 ? PREVIOUS_ALIAS : PREVIOUS_ALIAS + steps;
    }
}
