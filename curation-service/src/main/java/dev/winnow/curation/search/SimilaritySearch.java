package dev.winnow.curation.search;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is like this. Every image of the dataset is compared as long as it has no more than {@value #EXACT_UP_TO}; past
 * that the index's graph answers, and the result says so.
 */
@ApplicationScoped
public class SimilaritySearch {

    /** One comparison of 50,000 vectors of 512 floats reads 100 MB: some ten milliseconds. */
    static final int EXACT_UP_TO = 50_000;

    private final Datasets datasets;
    private final VectorIndex index;
    private final Embedder embedder;

    SimilaritySearch(Datasets datasets, VectorIndex index, Embedder embedder) {
        this.datasets = datasets;
        this.index = index;
        this.embedder = embedder;
    }

    /**
     * @param exact whether every image was compared
     * @param truncated whether the text asked for was longer than the model takes, and only its beginning was
     * @param freshness how far the index lagged behind the bucket
     */
    public record Found(
            List<VectorIndex.Hit> hits, String model, boolean exact, boolean truncated, Freshness freshness) {}

    /** The images most like one of the dataset's own, without itself. */
    public Found byImage(String dataset, ImageId id, Filter filter, int limit) {
        float[] vector = datasets.image(dataset, id).vector();
        return search(datasets.get(dataset), vector, filter, limit, id, false);
    }

    /** The images most like an uploaded file. */
    public Found byUpload(String dataset, byte[] file, Filter filter, int limit) {
        return byEmbedding(datasets.get(dataset), embedder.embed(file), filter, limit);
    }

    /** The images that a text describes best, where the active model embeds texts. */
    public Found byText(String dataset, String text, Filter filter, int limit) {
        return byEmbedding(datasets.get(dataset), embedder.embed(text), filter, limit);
    }

    private Found byEmbedding(Datasets.Dataset state, Embedder.Embedding query, Filter filter, int limit) {
        String active = index.model().orElse(query.model());
        if (!query.model().equals(active)) {
            // Vectors of two models have nothing to say to each other, even where their dimensions agree.
            throw new DependencyUnavailableException(
                    "an embedding service for the model " + active,
                    new IllegalStateException("the one asked runs " + query.model()));
        }
        return search(state, query.vector(), filter, limit, null, query.truncated());
    }

    /** The images nearest to a vector of the active model. */
    public Found byVector(String dataset, float[] vector, Filter filter, int limit) {
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
        return search(datasets.get(dataset), vector, filter, limit, null, false);
    }

    private Found search(
            Datasets.Dataset state,
            float[] vector,
            Filter filter,
            int limit,
            @Nullable ImageId exclude,
            boolean truncated) {
        boolean exact = state.images() <= EXACT_UP_TO;
        return new Found(
                index.nearest(state.name(), vector, filter, limit, exclude, exact),
                index.model().orElse(""),
                exact,
                truncated,
                new Freshness(state.pending(), state.failed(), state.asOf()));
    }
}
