package dev.winnow.curation.tasks;

import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.selection.SubsetSelection.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How an identifier shall be distributed among the chosen images. Its bins are either values, or the ranges between bounds.
 *
 * @param identifier a payload key of images, such as {@code camera} or {@code brightness}; of one with several values the first
 *     counts
 * @param values one bin each
 * @param bounds ascending: the first bin is what is below the first bound, the last one what is at least the last bound
 * @param shares of the bins, 0 and up, adding up to 1
 * @param weight how much it counts, default 1
 */
public record TargetShares(
        @Nullable String identifier,
        @Nullable List<String> values,
        @Nullable List<Double> bounds,
        @Nullable List<Double> shares,
        @Nullable Double weight) {

    private static final int MOST_BINS = 100;
    private static final double ROUNDING = 1e-3;

    public TargetShares {
        if (identifier == null || identifier.isBlank()) {
            throw new InvalidParameterException("targets.identifier", "expected the name of an identifier");
        }
        int bins;
        if (values != null && bounds == null) {
            values = List.copyOf(values);
            bins = values.size();
            InvalidParameterException.checkRange("targets.values", bins, 2, MOST_BINS);
            if (new HashSet<>(values).size() < bins) {
                throw new InvalidParameterException("targets.values", "expected each value once");
            }
        } else if (values == null && bounds != null) {
            bounds = List.copyOf(bounds);
            bins = bounds.size() + 1;
            InvalidParameterException.checkRange("targets.bounds", bounds.size(), 1, MOST_BINS);
            for (int i = 1; i < bounds.size(); i++) {
                if (!(bounds.get(i - 1) < bounds.get(i))) {
                    throw new InvalidParameterException("targets.bounds", "expected ascending numbers");
                }
            }
        } else {
            throw new InvalidParameterException("targets.values", "expected either values or bounds");
        }
        if (shares == null || shares.size() != bins) {
            throw new InvalidParameterException("targets.shares", "expected " + bins + " shares, one for each bin");
        }
        shares = List.copyOf(shares);
        shares.forEach(share -> InvalidParameterException.checkRange("targets.shares", share, 0, 1));
        double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
        if (Math.abs(sum - 1) > ROUNDING) {
            throw new InvalidParameterException("targets.shares", "expected shares that add up to 1, got " + sum);
        }
        if (weight != null) {
            InvalidParameterException.checkRange("targets.weight", weight, 0, 1000);
        }
    }

    /**
     * The bins of a dataset's images.
     *
     * @throws InvalidParameterException if no image has the identifier
     */
    Target of(Snapshot snapshot) {
        int[] bin = IntStream.range(0, snapshot.size())
                .map(row -> bin(value(snapshot.image(row))))
                .toArray();
        boolean known = snapshot.images().stream().anyMatch(image -> value(image) != null);
        if (!known && snapshot.size() > 0) {
            throw new InvalidParameterException(
                    "targets.identifier", "expected an identifier that images have, got " + identifier);
        }
        double[] wanted = shares == null
                ? new double[0]
                : shares.stream().mapToDouble(Double::doubleValue).toArray();
        double sum = Arrays.stream(wanted).sum();
        return new Target(
                String.valueOf(identifier),
                bin,
                Arrays.stream(wanted).map(share -> share / sum).toArray(),
                weight == null ? 1 : weight);
    }

    /** The names of the bins. */
    List<String> bins() {
        if (values != null) {
            return values;
        }
        List<String> names = new ArrayList<>();
        List<Double> ends = bounds == null ? List.of() : bounds;
        for (int i = 0; i <= ends.size(); i++) {
            names.add(i == 0 ? "below " + ends.getFirst() : "from " + ends.get(i - 1));
        }
        return names;
    }

    private @Nullable Object value(DatasetImage image) {
        return switch (String.valueOf(identifier)) {
            case "format" -> image.format();
            case "bytes" -> image.bytes();
            case "width" -> image.width();
            case "height" -> image.height();
            case "sharpness" -> image.sharpness();
            default -> {
                Object value = image.identifiers().get(String.valueOf(identifier));
                yield value instanceof List<?> several
                        ? several.stream().findFirst().orElse(null)
                        : value;
            }
        };
    }

    private int bin(@Nullable Object value) {
        if (value == null) {
            return -1;
        }
        if (values != null) {
            return values.indexOf(value.toString());
        }
        if (bounds == null || !(value instanceof Number number)) {
            return -1;
        }
        return (int)
                bounds.stream().filter(bound -> number.doubleValue() >= bound).count();
    }
}
