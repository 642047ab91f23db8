package dev.winnow.curation.clusters;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Names for clusters, from what their images have in common and others have not: a label, else identifiers (dominant
 * colour, bright or dark, format, camera). The most distinctive property p of a cluster c is that of the highest
 *
 * <pre>P(p | c) · ln lift    lift = P(p | c) / P(p)</pre>
 *
 * its part in the Kullback–Leibler divergence of the cluster from the dataset: a property of two images in the whole
 * dataset has a large lift and says little, one of half the dataset is frequent and says little.
 */
public final class ClusterNames {

    /** A property names a cluster only if at least so many of its images have it, */
    private static final double LEAST_SHARE = 0.1;

    /** and so much more often than the dataset's, */
    private static final double LEAST_LIFT = 1.5;

    /** or if most of its images have it, at least as often. */
    private static final double MOST = 0.5;

    private static final double DARK = 0.3;
    private static final double BRIGHT = 0.7;
    private static final String NOTHING_IN_COMMON = "mixed";

    private ClusterNames() {}

    /** What a name was made from. */
    public enum Source {
        LABEL,
        IDENTIFIER,
        /** The images have nothing in common that is known of them. */
        NONE;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A property of a cluster's images.
     *
     * @param count images of the cluster that have it
     * @param share of the cluster's images, 0 to 1
     * @param lift share over the share of the whole dataset
     */
    public record Property(Source source, String value, int count, double share, double lift) {
        double distinctiveness() {
            return share * Math.log(lift);
        }
    }

    /**
     * @param text no two clusters have the same
     * @param because the properties it was made from, the most distinctive first
     */
    public record Name(String text, Source source, List<Property> because) {}

    /**
     * A name for each cluster, in their order; where two would have the same, the later, smaller one gets its next property
     * added, or a number.
     *
     * @param cluster the cluster of each image, or {@link Clustering#NOISE}
     */
    public static List<Name> of(List<DatasetImage> images, int[] cluster, int k) {
        Map<Feature, Integer> overall = new HashMap<>();
        List<Map<Feature, Integer>> counts = new ArrayList<>();
        for (int c = 0; c < k; c++) {
            counts.add(new HashMap<>());
        }
        int[] sizes = new int[k];
        for (int row = 0; row < cluster.length; row++) {
            Set<Feature> features = features(images.get(row));
            features.forEach(feature -> overall.merge(feature, 1, Integer::sum));
            if (cluster[row] != Clustering.NOISE) {
                sizes[cluster[row]]++;
                Map<Feature, Integer> its = counts.get(cluster[row]);
                features.forEach(feature -> its.merge(feature, 1, Integer::sum));
            }
        }
        Set<String> taken = new HashSet<>();
        List<Name> names = new ArrayList<>();
        for (int c = 0; c < k; c++) {
            names.add(name(distinctive(counts.get(c), sizes[c], overall, images.size()), taken));
        }
        return names;
    }

    private record Feature(Source source, String value) {}

    private static Set<Feature> features(DatasetImage image) {
        Set<Feature> features = new LinkedHashSet<>();
        image.labels().forEach(label -> features.add(new Feature(Source.LABEL, label)));
        Map<String, Object> identifiers = image.identifiers();
        if (identifiers.get(PointSchema.COLOURS) instanceof List<?> colours && !colours.isEmpty()) {
            features.add(new Feature(Source.IDENTIFIER, String.valueOf(colours.getFirst())));
        }
        if (identifiers.get(PointSchema.BRIGHTNESS) instanceof Number brightness) {
            if (brightness.doubleValue() < DARK) {
                features.add(new Feature(Source.IDENTIFIER, "dark"));
            } else if (brightness.doubleValue() > BRIGHT) {
                features.add(new Feature(Source.IDENTIFIER, "bright"));
            }
        }
        if (identifiers.get(PointSchema.CAMERA) instanceof String camera) {
            features.add(new Feature(Source.IDENTIFIER, camera));
        }
        if (!image.format().isEmpty()) {
            features.add(new Feature(Source.IDENTIFIER, image.format()));
        }
        return features;
    }

    /** Labels before identifiers, of each the most distinctive first. */
    private static List<Property> distinctive(
            Map<Feature, Integer> counts, int size, Map<Feature, Integer> overall, int images) {
        List<Property> properties = new ArrayList<>();
        counts.forEach((feature, count) -> {
            double share = (double) count / size;
            double lift = share * images / overall.getOrDefault(feature, count);
            if ((share >= LEAST_SHARE && lift >= LEAST_LIFT) || (share > MOST && lift >= 1)) {
                properties.add(new Property(feature.source, feature.value, count, share, lift));
            }
        });
        properties.sort(Comparator.comparing(Property::source)
                .thenComparing(
                        Comparator.comparingDouble(Property::distinctiveness).reversed())
                .thenComparing(Comparator.comparingDouble(Property::share).reversed())
                .thenComparing(Property::value));
        return properties;
    }

    private static Name name(List<Property> properties, Set<String> taken) {
        if (properties.isEmpty()) {
            return new Name(numbered(NOTHING_IN_COMMON, taken), Source.NONE, List.of());
        }
        Source source = properties.getFirst().source();
        // One identifier says less than one label.
        int enough = Math.min(properties.size(), source == Source.LABEL ? 1 : 2);
        List<Property> used = properties.subList(0, enough);
        if (taken.contains(text(used)) && enough < properties.size()) {
            used = properties.subList(0, enough + 1);
        }
        return new Name(numbered(text(used), taken), source, List.copyOf(used));
    }

    private static String text(List<Property> properties) {
        return String.join(", ", properties.stream().map(Property::value).toList());
    }

    private static String numbered(String text, Set<String> taken) {
        String unique = text;
        for (int number = 2; !taken.add(unique); number++) {
            unique = text + " " + number;
        }
        return unique;
    }
}
