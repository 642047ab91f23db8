package dev.winnow.curation.splits;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.duplicates.Nearness;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Kind;
import dev.winnow.curation.index.VectorIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far apart the images of a dataset are: the median distance to the tenth neighbour of {@value #SAMPLE} of them, those of the lowest ids, which are hashes
 * and so as good as drawn. Kept for a while for each dataset; a few images are looked at each time.
 */
final class TypicalDistances {

    private static final int SAMPLE = 200;
    private static final int MOST_DATASETS = 1_000;
    private static final Duration GOOD_FOR = Duration.ofMinutes(10);

    private final Map<String, Typical> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Typical> eldest) {
            return size() > MOST_DATASETS;
        }
    };

    /**
     * @param model by whose vectors
     * @param few whether there are fewer images than distances to a tenth neighbour need
     */
    record Typical(String model, double distance, boolean few, Instant until) {

        double leastSimilarity(double ratio) {
            return few ? -1 : Nearness.leastSimilarity(ratio, distance);
        }
    }

    Typical of(String dataset, VectorIndex.Served served) {
        synchronized (known) {
            Typical typical = known.get(dataset);
            if (typical != null && typical.model.equals(served.model()) && typical.until.isAfter(Instant.now())) {
                return typical;
            }
        }
        Typical typical = measure(dataset, served);
        synchronized (known) {
            known.put(dataset, typical);
        }
        return typical;
    }

    private static Typical measure(String dataset, VectorIndex.Served served) {
        VectorIndex index = served.index();
        List<ImageId> sample = index.page(dataset, Filter.ALL, SAMPLE, null).images().stream()
                .map(DatasetImage::id)
                .toList();
        double[] scales = index.embedded(dataset, sample).stream()
                .mapToDouble(embedded -> SplitBridges.scale(
                        index.among(Kind.IMAGES),
                        dataset,
                        embedded.vector(),
                        embedded.image().id().value()))
                .toArray();
        boolean few = sample.size() <= Nearness.SCALE_NEIGHBOUR + 1;
        // All of a small dataset is in the sample, and each arrival moves the median.
        Duration good = sample.size() < SAMPLE ? Duration.ZERO : GOOD_FOR;
        return new Typical(
                served.model(), Nearness.median(scales), few, Instant.now().plus(good));
    }
}
