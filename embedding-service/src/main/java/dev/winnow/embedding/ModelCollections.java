package dev.winnow.embedding;

/**
 * The points of all models, and which of them have which part. Methods return when their effect is durable and seen by all
 * readers, and throw {@link DependencyUnavailableException} where the vector database does not answer.
 */
public interface ModelCollections {

    /** Asks which models have which part. */
    Roles roles();

    /** A model's points of images; what is missing for them, collection or indexes, is made. */
    PointStore images(ModelManifest model);

    /** A model's points of boxes, where those of its images are. */
    ObjectPointStore objects(ModelManifest model);

    /** Makes a model the active one where none is. */
    void begin(ModelManifest model);

    /** Makes a model the next one, which is to be filled. */
    void fill(ModelManifest next);

    /** Gives the change up: the next model is no longer one, and its points go, unless it was active before. */
    void giveUp();

    /**
     * Makes the next model the active one, in one step for all readers, without losing what people decide meanwhile. If it
     * ends in between, {@link #finish} goes on.
     */
    void activate();

    /** Ends a change whose next model is active: takes over what was decided up to the last moment. Can be repeated. */
    void finish();

    /**
     * Compares the points of the active model with those of the next.
     *
     * @param sample how many images to compare the neighbours of at most, 0 for none
     * @param seed which images these are
     */
    Comparison compare(int sample, long seed);
}
