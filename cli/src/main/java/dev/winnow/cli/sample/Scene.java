package dev.winnow.cli.sample;

import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.function.Consumer;

/** The classes of the sample set, and how many images each has: as unequal as collected data is. */
enum Scene {
    BALLOON(90, Outdoors::balloons),
    LEAF(72, Outdoors::leaves),
    FISH(60, Outdoors::fish),
    HOUSE(48, Built::houses),
    FLOWER(40, Outdoors::flowers),
    CAR(32, Built::cars),
    PLANET(26, Built::planets),
    MUSHROOM(20, Outdoors::mushrooms),
    SAILBOAT(16, Built::sailboats),
    CLOCK(12, Built::clocks);

    private final int count;

    @SuppressWarnings("ImmutableEnumChecker") // a reference to a static method holds no state
    private final Consumer<Canvas> painter;

    Scene(int count, Consumer<Canvas> painter) {
        this.count = count;
        this.painter = painter;
    }

    int count() {
        return count;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The same picture for the same seed; 256 to 400 pixels on each side. */
    BufferedImage paint(long seed) {
        Canvas shape = new Canvas(1, 1, seed);
        Canvas canvas = new Canvas(shape.whole(256, 400), shape.whole(256, 400), seed ^ 0x9E3779B97F4A7C15L);
        painter.accept(canvas);
        return canvas.finish();
    }
}
