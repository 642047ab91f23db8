package dev.winnow.embedding.catalogue;

import dev.winnow.embedding.image.Interpolation;
import dev.winnow.embedding.image.Preprocessing.Colour;
import dev.winnow.embedding.image.Resize;
import dev.winnow.embedding.onnx.ElementType;
import dev.winnow.embedding.onnx.ImageInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What happens to a picture before it is a network's input: a preset, single settings, or both, the settings first. */
final class PreprocessingOptions {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,4})(?:x(\\d{1,4}))?");
    private static final Pattern FRACTION = Pattern.compile("([0-9.]+)/([0-9.]+)");

    @Option(
            names = "--preset",
            paramLabel = "PRESET",
            description = "A preprocessing in use, by name: see docs/models.md.")
    @Nullable
    private String preset;

    @Option(
            names = "--size",
            paramLabel = "N|WxH",
            description = "Pixels of the input. Default: what the network says.")
    @Nullable
    private String size;

    @Option(
            names = "--short-side",
            paramLabel = "N",
            description = "Pixels of the shorter side before the centre crop.")
    @Nullable
    private Integer shortSide;

    @Option(names = "--squash", description = "Resizes both sides to the input's, without keeping the aspect ratio.")
    private boolean squash;

    @Option(
            names = "--interpolation",
            paramLabel = "FILTER",
            description = "nearest, box, bilinear, hamming, bicubic or lanczos, as Pillow has them.")
    @Nullable
    private Interpolation interpolation;

    @Option(names = "--colour", paramLabel = "ORDER", description = "RGB or BGR.")
    @Nullable
    private Colour colour;

    @Option(
            names = "--scale",
            paramLabel = "X",
            description = "What 0-255 is multiplied with first; 1/255 can be written so.")
    @Nullable
    private String scale;

    @Option(names = "--mean", paramLabel = "A,B,C", split = ",", description = "Subtracted per channel, after scaling.")
    private double @Nullable [] mean;

    @Option(names = "--std", paramLabel = "A,B,C", split = ",", description = "Divided by per channel, after that.")
    private double @Nullable [] std;

    /**
     * The preprocessing, and which parts of it nobody stated.
     */
    record Settled(Preset preset, List<String> assumed) {}

    /** Whether anything was stated. */
    boolean isGiven() {
        return squash
                || Stream.of(preset, size, shortSide, interpolation, colour, scale, mean, std)
                        .anyMatch(Objects::nonNull);
    }

    /** @throws Failure if what was stated does not fit together, or not the input */
    Settled settle(ImageInput input) throws Failure {
        if (squash && shortSide != null) {
            throw Failure.usage("--squash and --short-side exclude each other");
        }
        Preset base = preset == null
                ? null
                : Preset.named(preset)
                        .orElseThrow(
                                () -> Failure.usage("there is no preset " + preset + "; there are: " + Preset.names()));
        int[] sides = sides(input, base);
        boolean bytes = input.elementType() == ElementType.UINT8;
        Preset from = base != null ? base : bytes ? raw(sides[0], sides[1]) : Preset.usual(sides[0], sides[1]);
        if (base != null && (base.width() != sides[0] || base.height() != sides[1]) && shortSide == null && !squash) {
            throw Failure.usage("preset " + base.name() + " is for an input of " + base.width() + " × " + base.height()
                    + ", this one has " + sides[0] + " × " + sides[1] + ": pass --short-side (or --squash) as well");
        }
        Interpolation filter = interpolation == null ? from.resize().interpolation() : interpolation;
        Preset settled;
        try {
            settled = new Preset(
                    from.name(),
                    sides[0],
                    sides[1],
                    resize(from, sides, filter),
                    colour == null ? from.colour() : colour,
                    scale == null ? from.scale() : number(scale),
                    three("--mean", mean, from.mean()),
                    three("--std", std, from.std()));
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage()));
        }
        requireCrop(settled);
        return new Settled(settled, base == null ? assumed() : List.of());
    }

    private List<String> assumed() {
        List<String> assumed = new ArrayList<>();
        if (shortSide == null && !squash) {
            assumed.add("short side");
        }
        note(assumed, "interpolation", interpolation);
        note(assumed, "order of colours", colour);
        note(assumed, "scale", scale);
        note(assumed, "mean", mean);
        note(assumed, "std", std);
        return assumed;
    }

    private static void note(List<String> assumed, String what, @Nullable Object stated) {
        if (stated == null) {
            assumed.add(what);
        }
    }

    private int[] sides(ImageInput input, @Nullable Preset base) throws Failure {
        int width = input.width() > 0 ? (int) input.width() : base == null ? 224 : base.width();
        int height = input.height() > 0 ? (int) input.height() : base == null ? 224 : base.height();
        if (size == null) {
            return new int[] {width, height};
        }
        Matcher stated = SIZE.matcher(size);
        if (!stated.matches()) {
            throw Failure.usage("--size " + size + ": expected N or WxH, in pixels");
        }
        int statedWidth = Integer.parseInt(stated.group(1));
        int statedHeight = stated.group(2) == null ? statedWidth : Integer.parseInt(stated.group(2));
        if ((input.width() > 0 && input.width() != statedWidth)
                || (input.height() > 0 && input.height() != statedHeight)) {
            throw Failure.usage("--size " + size + ": the network's input '" + input.name() + "' has " + input.width()
                    + " × " + input.height());
        }
        return new int[] {statedWidth, statedHeight};
    }

    private Resize resize(Preset from, int[] sides, Interpolation filter) {
        if (squash) {
            return new Resize.Squash(sides[0], sides[1], filter);
        }
        if (shortSide != null) {
            return new Resize.ShortSide(shortSide, filter);
        }
        return switch (from.resize()) {
            case Resize.ShortSide side -> new Resize.ShortSide(side.shortSide(), filter);
            case Resize.Squash both -> new Resize.Squash(both.width(), both.height(), filter);
        };
    }

    private static Preset raw(int width, int height) {
        Preset usual = Preset.usual(width, height);
        return new Preset(
                "raw", width, height, usual.resize(), Colour.RGB, 1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    }

    private static void requireCrop(Preset settled) throws Failure {
        if (settled.resize() instanceof Resize.ShortSide side
                && side.shortSide() < Math.min(settled.width(), settled.height())) {
            throw Failure.usage("--short-side " + side.shortSide() + " is less than the input's " + settled.width()
                    + " × " + settled.height() + ": the crop would have black borders");
        }
    }

    private static List<Double> three(String option, double @Nullable [] stated, List<Double> otherwise) {
        if (stated == null) {
            return otherwise;
        }
        List<Double> numbers = Arrays.stream(stated).boxed().toList();
        if (numbers.size() == 1) {
            return List.of(numbers.getFirst(), numbers.getFirst(), numbers.getFirst());
        }
        if (numbers.size() != 3) {
            throw new IllegalArgumentException(option + ": expected one number or three, got " + numbers.size());
        }
        return numbers;
    }

    private static double number(String text) {
        Matcher fraction = FRACTION.matcher(text);
        try {
            double number = fraction.matches()
                    ? Double.parseDouble(fraction.group(1)) / Double.parseDouble(fraction.group(2))
                    : Double.parseDouble(text);
            if (Double.isFinite(number) && number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same answer as for a negative number.
        }
        throw new IllegalArgumentException("--scale " + text + ": expected a positive number, such as 1/255");
    }
}
