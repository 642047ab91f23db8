package dev.winnow.contract;

import java.util.List;

/**
 * A topic. All records about an image have its id as their key, so that they stay in order within one partition and
 * compaction keeps the newest of them.
 *
 * @param name the topic's name
 * @param partitions how many, and so how many workers can share it
 * @param compacted whether only the newest record of a key has to be kept
 */
public record Topic(String name, int partitions, boolean compacted) {

    /** What the object store says happened in the bucket (MinIO's notification format). */
    public static final String BUCKET_EVENTS = "winnow.bucket-events";

    /** {@link ImageEvent}s: "look at this object". */
    public static final String IMAGES = "winnow.images";

    /** {@link EmbeddingEvent.ImageRejected}: what could not be embedded, and why. */
    public static final String IMAGES_DLQ = "winnow.images.dlq";

    /** {@link EmbeddingEvent.ImageEmbedded} and {@link EmbeddingEvent.EmbeddingRemoved}: what the index holds now. */
    public static final String EMBEDDINGS = "winnow.embeddings";

    /** Commands of the curation service to itself. */
    public static final String JOBS = "winnow.jobs";

    /** {@link CurationEvent}s: what the curation service noticed of an image. */
    public static final String CURATION = "winnow.curation";

    /** Every topic, with the settings it is created with. */
    public static final List<Topic> ALL = List.of(
            new Topic(BUCKET_EVENTS, 4, false),
            new Topic(IMAGES, 4, true),
            new Topic(IMAGES_DLQ, 4, true),
            new Topic(EMBEDDINGS, 4, true),
            new Topic(JOBS, 4, false),
            new Topic(CURATION, 4, true));
}
