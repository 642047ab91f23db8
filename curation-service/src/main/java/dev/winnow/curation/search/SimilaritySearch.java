package dev.winnow.curation.search;

import dev.winnow.curation.Datasets;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.index.Item;
import dev.winnow.curation.index.Kind;
import dev.winnow.curation.index.SimilarityIndex;
import dev.winnow.curation.index.SimilarityIndex.Question;
import dev.winnow.curation.index.SimilarityIndex.Ranked;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.index.VectorIndex.Served;
import dev.winnow.curation.search.SearchQuery.Diversity;
import dev.winnow.curation.search.SearchQuery.Grouping;
import dev.winnow.curation.search.Target.Example;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is like this, among images or among boxes. Everything of the dataset is compared as long as it has no more than {@value #EXACT_UP_TO}; past
 * that the index's graph answers unless asked otherwise, and the result says so.
 */
@ApplicationScoped
public class SimilaritySearch {

    /** One comparison of 50,000 vectors of 512 floats reads 100 MB: some ten milliseconds. */
    static final int EXACT_UP_TO = 50_000;

    private final Datasets datasets;
    private final VectorIndex index;
    private final Embedder embedder;
    private final RecentCounts counts = new RecentCounts();

    SimilaritySearch(Datasets datasets, VectorIndex index, Embedder embedder) {
        this.datasets = datasets;
        this.index = index;
        this.embedder = embedder;
    }

    /** Something found; similarity is the cosine, −1 to 1. */
    public record Hit(Item item, double similarity) {}

    /** Hits that share a label or a cluster, best first; the value is a string or a {@code Long}. */
    public record HitGroup(Object value, List<Hit> hits) {}

    /**
     * @param hits best first; of a diverse search in the order they were picked; of a grouped one none
     * @param groups of a grouped search, those with the best hits first; otherwise null
     * @param nextCursor where the next page begins; null if there is none
     * @param exact whether everything was compared
     * @param truncated whether the text asked for was longer than the model takes, and only its beginning was
     * @param candidates of a diverse search, how many hits were picked from; otherwise null
     * @param freshness how far the index lagged behind the bucket
     */
    public record Found(
            List<Hit> hits,
            @Nullable List<HitGroup> groups,
            @Nullable String nextCursor,
            String model,
            boolean exact,
            boolean truncated,
            @Nullable Integer candidates,
            Freshness freshness) {

        private boolean isEmpty() {
            return hits.isEmpty() && (groups == null || groups.isEmpty());
        }
    }

    /** One model's vectors for all questions of a search, and what to look for in them. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Asked(Served served, float[] vector, Set<UUID> exclude, boolean truncated) {}

    /**
     * Searches a dataset. Examples that are the dataset's own are not among the hits.
     *
     * @throws NotFoundException if there is no such dataset or example
     * @throws InvalidParameterException if an example has another dimension than the model, or examples cancel out, or the
     *     cursor is another search's
     * @throws NotEmbeddableException if a text or file cannot be embedded
     */
    public Found search(String dataset, SearchQuery query) {
        // Before anything is read: an image that arrives in between is then counted as pending, never passed over.
        Freshness freshness = datasets.freshness(dataset);
        Asked asked =
                switch (query.target()) {
                    case Target.Like like -> byExamples(dataset, like, query.kind());
                    case Target.Text text -> {
                        datasets.get(dataset);
                        yield byEmbedding(embedder.embed(text.text()));
                    }
                    case Target.Upload upload -> {
                        datasets.get(dataset);
                        yield byEmbedding(embedder.embed(upload.file()));
                    }
                };
        SimilarityIndex points = asked.served.index().among(query.kind());
        RecentCounts.Key key = new RecentCounts.Key(asked.served.model(), dataset, query.kind());
        long size = counts.get(key, () -> points.count(dataset));
        Boolean wished = query.exact();
        boolean exact = wished == null ? size <= EXACT_UP_TO : wished;
        Question question =
                new Question(dataset, asked.vector, query.filter(), asked.exclude, query.minSimilarity(), exact);
        Found found = answer(points, question, asked, query, freshness);
        if (found.isEmpty() && counts.ask(key, () -> points.count(dataset)) == 0) {
            // None of this kind, or no such dataset.
            datasets.get(dataset);
        }
        return found;
    }

    private Asked byExamples(String dataset, Target.Like like, Kind kind) {
        Served served = index.served().orElseGet(() -> new Served("", index));
        Set<UUID> ids = Stream.concat(like.positive().stream(), like.negative().stream())
                .filter(Example.Stored.class::isInstance)
                .map(example -> ((Example.Stored) example).id())
                .collect(Collectors.toSet());
        Map<UUID, float[]> stored =
                ids.isEmpty() ? Map.of() : served.index().among(kind).vectors(dataset, ids);
        boolean given = ids.size() < like.positive().size() + like.negative().size();
        int dimension = given ? served.index().dimension() : 0;
        List<float[]> positive = units(like.positive(), stored, dimension, kind);
        List<float[]> negative = units(like.negative(), stored, dimension, kind);
        int length = positive.getFirst().length;
        if (Stream.concat(positive.stream(), negative.stream()).anyMatch(vector -> vector.length != length)) {
            throw new InvalidParameterException("positive", "expected vectors of one dimension");
        }
        float[] target = UnitVectors.average(positive, negative);
        if (target.length == 0) {
            throw new InvalidParameterException(
                    "negative", "expected examples that do not cancel the positive ones out");
        }
        return new Asked(served, target, ids, false);
    }

    private static List<float[]> units(List<Example> examples, Map<UUID, float[]> stored, int dimension, Kind kind) {
        return examples.stream()
                .map(example -> {
                    float[] vector =
                            switch (example) {
                                case Example.Given given -> given.vector();
                                case Example.Stored point ->
                                    Optional.ofNullable(stored.get(point.id()))
                                            .orElseThrow(() -> new NotFoundException(
                                                    kind == Kind.IMAGES ? "image" : "object or image", point.id()));
                            };
                    float[] unit = UnitVectors.unit(vector);
                    if (unit.length == 0) {
                        throw new InvalidParameterException(
                                example.field(), "expected finite numbers that are not all zero");
                    }
                    if (dimension > 0 && unit.length != dimension) {
                        throw new InvalidParameterException(
                                example.field(), "expected " + dimension + " numbers, got " + unit.length);
                    }
                    return unit;
                })
                .toList();
    }

    private Asked byEmbedding(Embedder.Embedding query) {
        // Vectors of two models have nothing to say to each other, even where their dimensions agree.
        Optional<VectorIndex> its = index.of(query.model());
        if (its.isEmpty()) {
            index.model().ifPresent(active -> {
                throw new DependencyUnavailableException(
                        "an embedding service for the model " + active,
                        new IllegalStateException("the one asked runs " + query.model()));
            });
        }
        return new Asked(new Served(query.model(), its.orElse(index)), query.vector(), Set.of(), query.truncated());
    }

    private static Found answer(
            SimilarityIndex points, Question question, Asked asked, SearchQuery query, Freshness freshness) {
        List<Hit> hits = List.of();
        List<HitGroup> groups = null;
        String next = null;
        Diversity diversity = query.diversity();
        Grouping grouping = query.grouping();
        if (grouping != null) {
            groups = groups(points, question, grouping, query.limit());
        } else if (diversity != null) {
            hits = hits(points, question, diverse(points, question, diversity, query.limit()));
        } else {
            SearchCursor cursors = new SearchCursor(asked.served.model() + " " + query.kind(), question);
            RankedPages.Page page = RankedPages.page(
                    limit -> points.rank(question, limit),
                    query.cursor() == null ? null : cursors.read(query.cursor()),
                    query.limit());
            hits = hits(points, question, page.hits());
            next = page.end() == null ? null : cursors.write(page.end());
        }
        return new Found(
                hits,
                groups,
                next,
                asked.served.model(),
                question.exact(),
                asked.truncated,
                diversity == null ? null : diversity.candidates(),
                freshness);
    }

    private static List<Ranked> diverse(SimilarityIndex points, Question question, Diversity diversity, int limit) {
        List<Ranked> ranking = points.rank(question, diversity.candidates());
        Map<UUID, float[]> vectors = points.vectors(
                question.dataset(), ranking.stream().map(Ranked::id).toList());
        // One that was removed in between has no vector any more.
        Map<UUID, float[]> units = new HashMap<>();
        vectors.forEach((id, vector) -> units.put(id, UnitVectors.unit(vector)));
        List<Ranked> pool = ranking.stream()
                .sorted(RankedPages.BEST_FIRST)
                .filter(place -> units.containsKey(place.id()))
                .toList();
        float[] similarities = new float[pool.size()];
        IntStream.range(0, similarities.length)
                .forEach(i -> similarities[i] = pool.get(i).similarity());
        return new MaximalMarginalRelevance(diversity.weight())
                        .pick(
                                similarities,
                                pool.stream()
                                        .map(place -> units.get(place.id()))
                                        .toList(),
                                limit)
                        .stream()
                        .map(pool::get)
                        .toList();
    }

    private static List<HitGroup> groups(SimilarityIndex points, Question question, Grouping grouping, int limit) {
        List<SimilarityIndex.Group> groups =
                points.groups(question, grouping.by().key(), limit, grouping.size());
        Map<UUID, Item> items = items(
                points,
                question,
                groups.stream().flatMap(group -> group.members().stream()).toList());
        return groups.stream()
                .map(group -> new HitGroup(
                        group.value(),
                        hits(
                                group.members().stream()
                                        .sorted(RankedPages.BEST_FIRST)
                                        .toList(),
                                items)))
                .toList();
    }

    private static List<Hit> hits(SimilarityIndex points, Question question, List<Ranked> ranked) {
        return hits(ranked, items(points, question, ranked));
    }

    /** What is known of those in a ranking; one that was removed in between is not among them any more. */
    private static Map<UUID, Item> items(SimilarityIndex points, Question question, List<Ranked> ranked) {
        Map<UUID, Item> items = new HashMap<>();
        Set<UUID> unknown = new HashSet<>();
        for (Ranked place : ranked) {
            place.item().ifPresentOrElse(item -> items.put(place.id(), item), () -> unknown.add(place.id()));
        }
        if (!unknown.isEmpty()) {
            items.putAll(points.read(question.dataset(), unknown));
        }
        return items;
    }

    private static List<Hit> hits(List<Ranked> ranked, Map<UUID, Item> items) {
        return ranked.stream()
                .flatMap(place -> Optional.ofNullable(items.get(place.id()))
                        .map(item -> new Hit(item, Math.clamp(place.similarity(), -1.0, 1.0)))
                        .stream())
                .toList();
    }
}
