package dev.winnow.curation.index;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The images of a dataset, or its boxes, by how near their vectors are. Every question is about one dataset. */
public interface SimilarityIndex {

    /** How many there are. */
    long count(String dataset);

    /**
     * The vectors of those of the ids that the dataset has. Among images the ids are of images; among boxes they are of
     * boxes or images.
     */
    Map<UUID, float[]> vectors(String dataset, Collection<UUID> ids);

    /**
     * What is asked.
     *
     * @param exclude what to leave out
     * @param minSimilarity the least cosine, −1 to 1; null for no bound
     * @param exact whether everything is compared; otherwise the graph index may miss some
     */
    record Question(
            String dataset,
            float[] vector,
            Filter filter,
            Set<UUID> exclude,
            @Nullable Double minSimilarity,
            boolean exact) {

        public Question {
            exclude = Set.copyOf(exclude);
        }
    }

    /**
     * A place in a ranking.
     *
     * @param similarity the cosine as the index computed it, equal for equal vectors
     * @param item what the index knows of it, where the ranking is short; otherwise to be {@link #read}
     */
    record Ranked(UUID id, float similarity, Optional<Item> item) {

        public Ranked(UUID id, float similarity) {
            this(id, similarity, Optional.empty());
        }
    }

    /**
     * The most similar ones, best first. Of equal ones at the end of the list it is left open which are in it; fewer than
     * {@code limit} are all there are.
     */
    List<Ranked> rank(Question question, int limit);

    /** Those that share a value, best first; the value is a string or a {@code Long}. */
    record Group(Object value, List<Ranked> members) {}

    /**
     * The groups with the most similar members, best first, each with its own best.
     *
     * @param key the payload key whose values make the groups: what has several is in several, what has none in none
     */
    List<Group> groups(Question question, String key, int groups, int groupSize);

    /** What the index knows of those of the ids that the dataset has. */
    Map<UUID, Item> read(String dataset, Collection<UUID> ids);
}
