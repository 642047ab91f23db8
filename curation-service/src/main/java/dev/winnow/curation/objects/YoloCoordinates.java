package dev.winnow.curation.objects;

import dev.winnow.contract.Box;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A box as YOLO writes it: its centre and its size, as fractions of the picture, 0 to 1. What reaches beyond the picture is
 * cut off, since readers refuse it. Ten decimals: a thousandth of a pixel in the largest picture, and all of them come back.
 */
public record YoloCoordinates(double x, double y, double width, double height) {

    private static final int DECIMALS = 10;

    /** A box that has at least a pixel in the picture. */
    public static YoloCoordinates of(Box box, Extras.Size picture) {
        double left = Math.max(0, box.x());
        double top = Math.max(0, box.y());
        double right = Math.min((double) picture.width(), box.x() + box.width());
        double bottom = Math.min((double) picture.height(), box.y() + box.height());
        return new YoloCoordinates(
                rounded((left + right) / 2 / picture.width()),
                rounded((top + bottom) / 2 / picture.height()),
                rounded((right - left) / picture.width()),
                rounded((bottom - top) / picture.height()));
    }

    /** In pixels. */
    public Box box(Extras.Size picture) {
        return new Box(
                (x - width / 2) * picture.width(),
                (y - height / 2) * picture.height(),
                width * picture.width(),
                height * picture.height());
    }

    /** The four numbers, with spaces between them. */
    public String text() {
        return Stream.of(x, y, width, height)
                .map(number -> new BigDecimal(number)
                        .setScale(DECIMALS, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString())
                .collect(Collectors.joining(" "));
    }

    private static double rounded(double number) {
        return new BigDecimal(number).setScale(DECIMALS, RoundingMode.HALF_UP).doubleValue();
    }
}
