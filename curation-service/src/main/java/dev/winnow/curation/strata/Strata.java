package dev.winnow.curation.strata;

import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The values that one thing known of images has: their labels, their folder, a tag or a payload key.
 *
 * @param name {@code label}, {@code folder}, {@code tag:} and what tags begin with, or a payload key
 * @param values of each image, by its row; none where it has none
 */
public record Strata(String name, List<List<String>> values) {

    public static final String LABEL = "label";

    private static final String FOLDER = "folder";
    private static final String TAG = "tag:";
    private static final int QUARTERS = 4;
    private static final int FEW = 10;

    public Strata {
        values = List.copyOf(values);
    }

    /**
     * Values as they are, each a text.
     *
     * @param field the parameter that asked for it
     * @throws InvalidParameterException if no image of a dataset that has some has a value
     */
    public static Strata of(String name, List<DatasetImage> images, String field) {
        return new Strata(
                name,
                present(name, images, field).stream()
                        .map(values ->
                                values.stream().map(String::valueOf).distinct().toList())
                        .toList());
    }

    /** The same, numbers of more than ten different values in quarters of equally many images, named by their bounds. */
    public static Strata binned(String name, List<DatasetImage> images, String field) {
        List<List<Object>> present = present(name, images, field);
        double[] numbers = present.stream()
                .flatMap(List::stream)
                .filter(Number.class::isInstance)
                .mapToDouble(value -> ((Number) value).doubleValue())
                .sorted()
                .toArray();
        if (Arrays.stream(numbers).distinct().limit(FEW + 1).count() <= FEW) {
            return of(name, images, field);
        }
        double[] bounds = new double[QUARTERS + 1];
        for (int q = 0; q <= QUARTERS; q++) {
            bounds[q] = numbers[(int) ((long) q * (numbers.length - 1) / QUARTERS)];
        }
        return new Strata(
                name,
                present.stream()
                        .map(values -> values.stream()
                                .map(value -> value instanceof Number number
                                        ? quarter(number.doubleValue(), bounds)
                                        : String.valueOf(value))
                                .distinct()
                                .toList())
                        .toList());
    }

    private static String quarter(double value, double[] bounds) {
        int q = 0;
        while (q < QUARTERS - 1 && value > bounds[q + 1]) {
            q++;
        }
        return String.format(Locale.ROOT, "%.4g to %.4g", bounds[q], bounds[q + 1]);
    }

    private static List<List<Object>> present(String name, List<DatasetImage> images, String field) {
        List<List<Object>> values = images.stream()
                .map(image -> List.<Object>copyOf(values(name, image)))
                .toList();
        if (!values.isEmpty() && values.stream().allMatch(List::isEmpty)) {
            throw new InvalidParameterException(
                    field, "expected label, folder, tag:<prefix> or a key that images have; none has " + name);
        }
        return values;
    }

    private static Collection<?> values(String name, DatasetImage image) {
        if (name.startsWith(TAG)) {
            String prefix = name.substring(TAG.length());
            return image.tags().stream().filter(tag -> tag.startsWith(prefix)).toList();
        }
        return switch (name) {
            case LABEL -> image.labels();
            case FOLDER ->
                List.of(image.path().substring(0, Math.max(0, image.path().lastIndexOf('/'))));
            case "format" -> List.of(image.format());
            case "bytes" -> List.of(image.bytes());
            case "width" -> List.of(image.width());
            case "height" -> List.of(image.height());
            case "sharpness" -> List.of(image.sharpness());
            default -> several(image.identifiers().get(name));
        };
    }

    private static Collection<?> several(@Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        return value instanceof Collection<?> values ? values : List.of(value);
    }
}
