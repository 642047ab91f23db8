package dev.winnow.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * A rectangle in an image, as COCO writes it: {@code [x, y, width, height]} in pixels of the upright image, from its
 * upper left corner. It may lie outside of the image, or reach beyond it.
 */
public record Box(double x, double y, double width, double height) {

    /** @throws IllegalArgumentException unless all are finite, and width and height above 0 */
    public Box {
        if (!Double.isFinite(x) || !Double.isFinite(y) || !Double.isFinite(width) || !Double.isFinite(height)) {
            throw new IllegalArgumentException("expected four finite numbers");
        }
        if (width <= 0 || height <= 0) {
            throw new IllegalArgumentException(
                    "expected a width and a height above 0, got " + width + " and " + height);
        }
    }

    /** @throws IllegalArgumentException unless these are the numbers of a box */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Box of(List<Double> numbers) {
        if (numbers.size() != 4) {
            throw new IllegalArgumentException("expected four numbers, x, y, width and height, got " + numbers.size());
        }
        return new Box(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
    }

    /** {@code [x, y, width, height]}. */
    @JsonValue
    public List<Double> numbers() {
        return List.of(x, y, width, height);
    }

    /** Whole pixels of a picture: columns {@code x} to {@code x + width − 1}, rows {@code y} to {@code y + height − 1}. */
    public record Region(int x, int y, int width, int height) {}

    /**
     * The pixels this box covers of a picture, with a margin around it where the picture has one.
     *
     * @param padding the margin on each side, as a fraction of the longer side of the box; 0 and up
     * @return empty if less than a pixel of the box itself, in either direction, lies in the picture
     */
    public Optional<Region> within(int pictureWidth, int pictureHeight, double padding) {
        if (Math.min(x + width, pictureWidth) - Math.max(x, 0) < 1
                || Math.min(y + height, pictureHeight) - Math.max(y, 0) < 1) {
            return Optional.empty();
        }
        double margin = padding * Math.max(width, height);
        int left = (int) Math.max(0, Math.floor(x - margin));
        int top = (int) Math.max(0, Math.floor(y - margin));
        int right = (int) Math.min(pictureWidth, Math.ceil(x + width + margin));
        int bottom = (int) Math.min(pictureHeight, Math.ceil(y + height + margin));
        return Optional.of(new Region(left, top, right - left, bottom - top));
    }
}
