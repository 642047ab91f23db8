package dev.winnow.curation.objects;

import dev.winnow.contract.Box;

/** A box as Label Studio writes it: its upper left corner and its size, in percent of the picture. */
public record PercentCoordinates(double x, double y, double width, double height) {

    public static PercentCoordinates of(Box box, Extras.Size picture) {
        return new PercentCoordinates(
                100 * box.x() / picture.width(),
                100 * box.y() / picture.height(),
                100 * box.width() / picture.width(),
                100 * box.height() / picture.height());
    }

    /** In pixels. */
    public Box box(Extras.Size picture) {
        return new Box(
                x / 100 * picture.width(),
                y / 100 * picture.height(),
                width / 100 * picture.width(),
                height / 100 * picture.height());
    }
}
