package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.splits.Leaks;
import dev.winnow.curation.strata.Strata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Parts that the split tasks have in common. */
final class SplitReport {

    private SplitReport() {}

    /** @param share of the images that are in a split, 0 to 1 */
    record Size(String split, int images, double share) {}

    /**
     * A value, and how many images of each split have it.
     *
     * @param worst the largest distance of a split's share of these images from its share of all, 0 to 1
     */
    record Distribution(String by, String value, List<Integer> images, double worst) {}

    /**
     * An image that another split knows.
     *
     * @param reason {@code exact}, {@code decided}, {@code near} or the name of a key
     * @param value of the key
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Leak(
            ImageId id,
            String path,
            String split,
            ImageRef other,
            String otherSplit,
            String reason,
            @Nullable String value,
            double similarity) {

        Leak(Snapshot snapshot, List<String> splits, int[] splitOf, Leaks.Leak leak) {
            this(
                    snapshot.image(leak.row()).id(),
                    snapshot.image(leak.row()).path(),
                    splits.get(splitOf[leak.row()]),
                    new ImageRef(snapshot.image(leak.other())),
                    splits.get(splitOf[leak.other()]),
                    leak.reason(),
                    leak.value(),
                    leak.similarity());
        }
    }

    static List<Size> sizes(List<String> splits, int[] splitOf) {
        int[] images = new int[splits.size()];
        int all = 0;
        for (int split : splitOf) {
            if (split >= 0) {
                images[split]++;
                all++;
            }
        }
        List<Size> sizes = new ArrayList<>();
        for (int s = 0; s < images.length; s++) {
            sizes.add(new Size(splits.get(s), images[s], (double) images[s] / Math.max(1, all)));
        }
        return sizes;
    }

    static List<Distribution> distributions(List<String> splits, int[] splitOf, List<Strata> strata) {
        List<Size> sizes = sizes(splits, splitOf);
        List<Distribution> distributions = new ArrayList<>();
        for (Strata by : strata) {
            Map<String, int[]> counts = new TreeMap<>();
            for (int row = 0; row < splitOf.length; row++) {
                if (splitOf[row] >= 0) {
                    for (String value : by.values().get(row)) {
                        counts.computeIfAbsent(value, v -> new int[splits.size()])[splitOf[row]]++;
                    }
                }
            }
            counts.forEach((value, images) -> {
                int all = 0;
                for (int count : images) {
                    all += count;
                }
                List<Integer> listed = new ArrayList<>();
                double worst = 0;
                for (int s = 0; s < images.length; s++) {
                    listed.add(images[s]);
                    worst = Math.max(
                            worst,
                            Math.abs((double) images[s] / all - sizes.get(s).share()));
                }
                distributions.add(new Distribution(by.name(), value, listed, worst));
            });
        }
        return distributions;
    }
}
