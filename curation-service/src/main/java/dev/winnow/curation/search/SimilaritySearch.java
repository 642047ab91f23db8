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
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
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
    private final Embedder embedder;

    SimilaritySearch(Datasets datasets, VectorIndex index, Embedder embedder) {
        this.datasets = datasets;
        this.index = index;
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
        Served served = served();
        float[] vector = served.index()
                .find(dataset, id)
                .orElseThrow(() -> new NotFoundException("image", id))
                .vector();
        return search(served, datasets.get(dataset), vector, Among.IMAGES, filter, limit, id.value(), false);
    }

    /** The boxes most like one of the dataset's own, without itself, or like a whole image of it. */
    public Found objectsByPoint(String dataset, UUID id, Filter filter, int limit) {
        Served served = served();
        float[] vector = served.index()
                .objects()
                .vector(dataset, id)
                .orElseThrow(() -> new NotFoundException("object or image", id));
        return search(served, datasets.get(dataset), vector, Among.OBJECTS, filter, limit, id, false);
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
        // Vectors of two models have nothing to say to each other, even where their dimensions agree.
        Optional<VectorIndex> its = index.of(query.model());
        Optional<String> active = index.model();
        if (its.isEmpty() && active.isPresent()) {
            throw new DependencyUnavailableException(
                    "an embedding service for the model " + active.get(),
                    new IllegalStateException("the one asked runs " + query.model()));
        }
        Served served = new Served(query.model(), its.orElse(index));
        return search(served, state, query.vector(), among, filter, limit, null, query.truncated());
    }

    /** One model's vectors, for all questions of a search: a change of model may come in between. */
    private record Served(String model, VectorIndex index) {}

    /** What is served now; the index itself, which is empty, while there is no model yet. */
    private Served served() {
        return index.model()
                .flatMap(model -> index.of(model).map(its -> new Served(model, its)))
                .orElseGet(() -> new Served("", index));
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
        Served served = served();
        int dimension = served.index().dimension();
        if (dimension > 0 && vector.length != dimension) {
            throw new InvalidParameterException("vector", "expected " + dimension + " numbers, got " + vector.length);
        }
        return search(served, datasets.get(dataset), vector, among, filter, limit, null, false);
    }

    private Found search(
            Served served,
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
                    case OBJECTS -> served.index().objects().count(state.name());
                };
        boolean exact = compared <= EXACT_UP_TO;
        List<Match> hits =
                switch (among) {
                    case IMAGES ->
                        served
                                .index()
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
                        served.index().objects().nearest(state.name(), vector, filter, limit, exclude, exact).stream()
                                .<Match>map(hit -> new Match.OfObject(hit.object(), hit.similarity()))
                                .toList();
                };
        return new Found(
                hits, served.model(), exact, truncated, new Freshness(state.pending(), state.failed(), state.asOf()));
    }
}
