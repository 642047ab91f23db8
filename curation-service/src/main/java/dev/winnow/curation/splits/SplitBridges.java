package dev.winnow.curation.splits;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import dev.winnow.contract.CurationEvent.Neighbour;
import dev.winnow.contract.CurationEvent.SplitBridged;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.duplicates.Decision;
import dev.winnow.curation.duplicates.DecisionStore;
import dev.winnow.curation.duplicates.Deduplication;
import dev.winnow.curation.duplicates.Nearness;
import dev.winnow.curation.index.Edited;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Item;
import dev.winnow.curation.index.Kind;
import dev.winnow.curation.index.SimilarityIndex;
import dev.winnow.curation.index.SimilarityIndex.Question;
import dev.winnow.curation.index.SimilarityIndex.Ranked;
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether one image ties splits together: whether it is near to images of two of them, or to one of another split than its own. Near is what
 * {@code deduplicate} and {@code split} take for near at their default ratio: closer than a fraction of how far apart images are around there, and not
 * decided to differ. One query finds the nearest images of each split; only where there are two splits is more asked.
 */
@ApplicationScoped
public class SplitBridges {

    static final double RATIO = Deduplication.DEFAULT_RATIO;

    private static final int MOST_SPLITS = 20;
    private static final int NEAREST_OF_SPLIT = 5;
    private static final long MOMENT = 1_000;

    private final VectorIndex index;
    private final DecisionStore decisions;
    private final TypicalDistances typical;
    /**
     * Datasets that had no splits a moment ago, and how often they had been edited before they were looked at: most have none, and would
     * be asked for with each arrival. What this replica puts into splits is seen at once, what others do within {@value #MOMENT} ms.
     */
    private final Cache<String, Long> withoutSplits = CacheBuilder.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMillis(MOMENT))
            .build();

    private final Map<String, Long> edits = new ConcurrentHashMap<>();

    SplitBridges(VectorIndex index, DecisionStore decisions) {
        this.index = index;
        this.decisions = decisions;
        this.typical = new TypicalDistances();
    }

    void edited(@Observes Edited edited) {
        edits.merge(edited.dataset(), 1L, Long::sum);
    }

    /** What is to be told of an image; empty where it ties nothing together, or is no more. */
    public Optional<SplitBridged> look(String dataset, ImageId id) {
        Long edited = edits.getOrDefault(dataset, 0L);
        if (edited.equals(withoutSplits.getIfPresent(dataset))) {
            return Optional.empty();
        }
        Optional<VectorIndex.Served> served = index.served();
        Optional<VectorIndex.Embedded> embedded =
                served.flatMap(its -> its.index().find(dataset, id));
        if (served.isEmpty() || embedded.isEmpty()) {
            return Optional.empty();
        }
        DatasetImage image = embedded.get().image();
        float[] vector = embedded.get().vector();
        SimilarityIndex images = served.get().index().among(Kind.IMAGES);
        List<SimilarityIndex.Group> groups =
                images.groups(question(dataset, vector, id.value()), PointSchema.SPLIT, MOST_SPLITS, NEAREST_OF_SPLIT);
        Set<String> splits = new TreeSet<>();
        image.split().ifPresent(splits::add);
        groups.forEach(group -> splits.add(String.valueOf(group.value())));
        if (splits.isEmpty()) {
            withoutSplits.put(dataset, edited);
        }
        if (splits.size() < 2) {
            return Optional.empty();
        }
        Around around = new Around(dataset, served.get(), images, image, vector);
        List<Neighbour> neighbours = new ArrayList<>();
        Set<String> bridged = new TreeSet<>();
        image.split().ifPresent(bridged::add);
        for (SimilarityIndex.Group group : groups) {
            String split = String.valueOf(group.value());
            for (DatasetImage near : around.near(group.members())) {
                neighbours.add(new Neighbour(near.id(), near.path(), split, around.similarity(near.id())));
                bridged.add(split);
            }
        }
        // Its own split, and images of that alone, are no bridge.
        if (bridged.size() < 2) {
            return Optional.empty();
        }
        neighbours.sort(
                Comparator.comparingDouble(Neighbour::similarity).reversed().thenComparing(near -> near.image()
                        .toString()));
        return Optional.of(new SplitBridged(
                id, dataset, image.path(), served.get().model(), List.copyOf(bridged), neighbours, Instant.now()));
    }

    private static Question question(String dataset, float[] vector, UUID itself) {
        return new Question(dataset, vector, Filter.ALL, Set.of(itself), null, false);
    }

    /** How far away the tenth neighbour of an image is; of fewer, the last one. */
    static double scale(SimilarityIndex images, String dataset, float[] vector, UUID itself) {
        List<Ranked> nearest = images.rank(question(dataset, vector, itself), Nearness.SCALE_NEIGHBOUR);
        return nearest.isEmpty() ? 0 : Math.max(0, 1 - nearest.getLast().similarity());
    }

    /** The surroundings of one image. */
    private final class Around {

        private final String dataset;
        private final SimilarityIndex images;
        private final DatasetImage image;
        private final float[] vector;
        private final TypicalDistances.Typical dense;
        private @Nullable Details details;
        private final Map<ImageId, Float> similarities = new HashMap<>();

        Around(String dataset, VectorIndex.Served served, SimilarityIndex images, DatasetImage image, float[] vector) {
            this.dataset = dataset;
            this.images = images;
            this.image = image;
            this.vector = vector;
            this.dense = typical.of(dataset, served);
        }

        /** What costs a query and a read of the bucket, for the few that have somebody near enough. */
        private record Details(double scale, Set<ImageId> different) {}

        private Details details() {
            if (details == null) {
                details = new Details(scale(images, dataset, vector, image.id().value()), different());
            }
            return details;
        }

        private Set<ImageId> different() {
            Set<ImageId> different = new HashSet<>();
            for (Decision decision : decisions.find(dataset).decisions().decisions()) {
                if (decision.verdict() == Decision.Verdict.DIFFERENT) {
                    if (decision.image().equals(image.id())) {
                        different.add(decision.other());
                    } else if (decision.other().equals(image.id())) {
                        different.add(decision.image());
                    }
                }
            }
            return different;
        }

        float similarity(ImageId near) {
            return similarities.getOrDefault(near, 0f);
        }

        List<DatasetImage> near(List<Ranked> members) {
            List<UUID> ids = members.stream()
                    .filter(member -> member.similarity() >= dense.leastSimilarity(RATIO) - 1e-6)
                    .map(Ranked::id)
                    .toList();
            members.forEach(member -> similarities.put(new ImageId(member.id()), member.similarity()));
            if (ids.isEmpty()) {
                return List.of();
            }
            Details its = details();
            Map<UUID, float[]> vectors = images.vectors(dataset, ids);
            List<DatasetImage> near = new ArrayList<>();
            images.read(dataset, ids).forEach((id, item) -> {
                float[] found = vectors.get(id);
                if (found != null
                        && item instanceof Item.OfImage(DatasetImage other)
                        && !its.different.contains(other.id())
                        && isNear(its, other, found)) {
                    near.add(other);
                }
            });
            return near;
        }

        private boolean isNear(Details its, DatasetImage other, float[] found) {
            float observed = similarity(other.id());
            if (dense.few()) {
                return Nearness.isNearAmongFew(observed);
            }
            return Nearness.isNear(
                    RATIO,
                    dense.distance(),
                    its.scale,
                    SplitBridges.scale(images, dataset, found, other.id().value()),
                    observed,
                    Long.bitCount(image.phash() ^ other.phash()));
        }
    }
}
