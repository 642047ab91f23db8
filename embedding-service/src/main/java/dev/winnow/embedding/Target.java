package dev.winnow.embedding;

/**
 * What images are embedded for: a model, and the points that are kept up to date with it.
 *
 * @param batches where the pictures of the pipeline wait for the model's next forward pass
 */
public record Target(EmbeddingModel model, PointStore images, ObjectPointStore objects, DynamicBatcher batches) {

    /** Names the model and its collection: {@link ModelManifest#id}. */
    public String id() {
        return model.manifest().id();
    }
}
