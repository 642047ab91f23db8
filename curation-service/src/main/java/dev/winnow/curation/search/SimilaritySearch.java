package dev.winnow.curation.search;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DatasetObject;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.ObjectIndex;
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is like this, among images or among boxes. Everything of the dataset is compared as long as it has no more than {@value #EXACT_UP_TO}; past
 * that the index's graph answers, and the result says so.
 */
@ApplicationScoped
public class SimilaritySearch {

    /** One comparison of 50,000 vectors of 512 floats reads 100 MB: some ten milliseconds. */
    static final int EXACT_UP_TO = 50_000;

    private final Datasets datasets;
    private final VectorIndex index;
    private final ObjectIndex objects;
    private final Embedder embedder;

    SimilaritySearch(Datasets datasets, VectorIndex index, ObjectIndex objects, Embedder embedder) {
        this.datasets = datasets;
        this.index = index;
        this.objects = objects;
        this.embedder = embedder;
    }

    /** What is compared. */
    public enum Among {
        IMAGES,
        OBJECTS
    }

    /** Something found; similarity is the cosine, −1 to 1. */
    public sealed interface Match {

        double similarity();

        record OfImage(DatasetImage image, double similarity) implements Match {}

        record OfObject(DatasetObject object, double similarity) implements Match {}
    }

    /**
     * @param hits best first
     * @param exact whether everything was compared
     * @param truncated whether the text asked for was longer than the model takes, and only its beginning was
     * @param freshness how far the index lagged behind the bucket
     */
    public record Found(List<Match> hits, String model, boolean exact, boolean truncated, Freshness freshness) {}

    /** The images most like one of the dataset's own, without itself. */
    public Found byImage(String dataset, ImageId id, Filter filter, int limit) {
        float[] vector = datasets.image(dataset, id).vector();
        return search(datasets.get(dataset), vector, Among.IMAGES, filter, limit, id.value(), false);
    }

    /** The boxes most like one of the dataset's own, without itself, or like a whole image of it. */
    public Found objectsByPoint(String dataset, UUID id, Filter filter, int limit) {
        float[] vector = objects.vector(dataset, id).orElseThrow(() -> new NotFoundException("object or image", id));
        return search(datasets.get(dataset), vector, Among.OBJECTS, filter, limit, id, false);
    }

    /** What is most like an uploaded file. */
    public Found byUpload(String dataset, byte[] file, Among among, Filter filter, int limit) {
        return byEmbedding(datasets.get(dataset), embedder.embed(file), among, filter, limit);
    }

    /** What a text describes best, where the active model embeds texts. */
    public Found byText(String dataset, String text, Among among, Filter filter, int limit) {
        return byEmbedding(datasets.get(dataset), embedder.embed(text), among, filter, limit);
    }

    private Found byEmbedding(Datasets.Dataset state, Embedder.Embedding query, Among among, Filter filter, int limit) {
        String active = index.model().orElse(query.model());
        if (!query.model().equals(active)) {
            // Vectors of two models have nothing to say to each other, even where their dimensions agree.
            throw new DependencyUnavailableException(
                    "an embedding service for the model " + active,
                    new IllegalStateException("the one asked runs " + query.model()));
        }
        return search(state, query.vector(), among, filter, limit, null, query.truncated());
    }

    /** What is nearest to a vector of the active model. */
    public Found byVector(String dataset, float[] vector, Among among, Filter filter, int limit) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        if (!Double.isFinite(squares) || squares == 0) {
            throw new InvalidParameterException("vector", "expected finite numbers that are not all zero");
        }
        int dimension = index.dimension();
        if (dimension > 0 && vector.length != dimension) {
            throw new InvalidParameterException("vector", "expected " + dimension + " numbers, got " + vector.length);
        }
        return search(datasets.get(dataset), vector, among, filter, limit, null, false);
    }

    private Found search(
            Datasets.Dataset state,
            float[] vector,
            Among among,
            Filter filter,
            int limit,
            @Nullable UUID exclude,
            boolean truncated) {
        long compared =
                switch (among) {
                    case IMAGES -> state.images();
                    case OBJECTS -> objects.count(state.name());
                };
        boolean exact = compared <= EXACT_UP_TO;
        List<Match> hits =
                switch (among) {
                    case IMAGES ->
                        index
                                .nearest(
                                        state.name(),
                                        vector,
                                        filter,
                                        limit,
                                        exclude == null ? null : new ImageId(exclude),
                                        exact)
                                .stream()
                                .<Match>map(hit -> new Match.OfImage(hit.image(), hit.similarity()))
                                .toList();
                    case OBJECTS ->
                        objects.nearest(state.name(), vector, filter, limit, exclude, exact).stream()
                                .<Match>map(hit -> new Match.OfObject(hit.object(), hit.similarity()))
                                .toList();
                };
        return new Found(
                hits,
                index.model().orElse(""),
                exact,
                truncated,
                new Freshness(state.pending(), state.failed(), state.asOf()));
    }
}
