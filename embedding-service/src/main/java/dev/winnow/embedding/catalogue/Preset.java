package dev.winnow.embedding.catalogue;

import dev.winnow.embedding.image.Interpolation;
import dev.winnow.embedding.image.Preprocessing.Colour;
import dev.winnow.embedding.image.Resize;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A preprocessing that is in use, by name: everything that happens to a picture but the order of the tensor's axes.
 *
 * @param width of the input, pixels
 * @param height of the input, pixels
 * @param scale what an 8-bit value is multiplied with first
 * @param mean per channel of the tensor, after scaling
 * @param std per channel of the tensor, after scaling
 */
record Preset(
        String name,
        int width,
        int height,
        Resize resize,
        Colour colour,
        double scale,
        List<Double> mean,
        List<Double> std) {

    private static final double UNIT = 1 / 255.0;
    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);
    private static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);
    private static final List<Double> ONE = List.of(1.0, 1.0, 1.0);
    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);

    /** torchvision's from its weights' {@code transforms()}, timm's from its configurations, the others from their authors. */
    static final List<Preset> ALL = List.of(
            imagenet("torchvision-resnet50-v1", 224, 256, Interpolation.BILINEAR),
            imagenet("torchvision-resnet50-v2", 224, 232, Interpolation.BILINEAR),
            imagenet("torchvision-vgg16", 224, 256, Interpolation.BILINEAR),
            imagenet("torchvision-mobilenet-v2", 224, 256, Interpolation.BILINEAR),
            imagenet("torchvision-inception-v3", 299, 342, Interpolation.BILINEAR),
            imagenet("torchvision-efficientnet-b0", 224, 256, Interpolation.BICUBIC),
            imagenet("timm-efficientnet-b0", 224, 256, Interpolation.BICUBIC),
            rgb("timm-inception-v3", 299, 341, Interpolation.BICUBIC, UNIT, HALF, HALF),
            rgb("timm-vit", 224, 248, Interpolation.BICUBIC, UNIT, HALF, HALF),
            imagenet("dinov2", 224, 256, Interpolation.BICUBIC),
            rgb(
                    "clip",
                    224,
                    224,
                    Interpolation.BICUBIC,
                    UNIT,
                    List.of(0.48145466, 0.4578275, 0.40821073),
                    List.of(0.26862954, 0.26130258, 0.27577711)),
            rgb(
                    "efficientnet-lite4",
                    224,
                    256,
                    Interpolation.BILINEAR,
                    1,
                    List.of(127.0, 127.0, 127.0),
                    List.of(128.0, 128.0, 128.0)),
            new Preset(
                    "imagenet-bgr-caffe",
                    224,
                    224,
                    new Resize.ShortSide(256, Interpolation.BILINEAR),
                    Colour.BGR,
                    1,
                    List.of(103.94, 116.78, 123.68),
                    ONE),
            rgb("tf", 224, 256, Interpolation.BILINEAR, 1 / 127.5, ONE, ONE),
            rgb("unit", 224, 256, Interpolation.BILINEAR, UNIT, ZERO, ONE),
            rgb("raw", 224, 256, Interpolation.BILINEAR, 1, ZERO, ONE));

    Preset {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }

    static Optional<Preset> named(String name) {
        return ALL.stream().filter(preset -> preset.name.equals(name)).findFirst();
    }

    static String names() {
        return ALL.stream().map(Preset::name).collect(Collectors.joining(", "));
    }

    /** What most networks trained on ImageNet take, for an input of another size in the same proportions. */
    static Preset usual(int width, int height) {
        int shortSide = (int) Math.round(Math.min(width, height) * 256 / 224.0);
        return new Preset(
                "usual",
                width,
                height,
                new Resize.ShortSide(shortSide, Interpolation.BILINEAR),
                Colour.RGB,
                UNIT,
                IMAGENET_MEAN,
                IMAGENET_STD);
    }

    private static Preset imagenet(String name, int side, int shortSide, Interpolation interpolation) {
        return rgb(name, side, shortSide, interpolation, UNIT, IMAGENET_MEAN, IMAGENET_STD);
    }

    private static Preset rgb(
            String name,
            int side,
            int shortSide,
            Interpolation interpolation,
            double scale,
            List<Double> mean,
            List<Double> std) {
        return new Preset(
                name, side, side, new Resize.ShortSide(shortSide, interpolation), Colour.RGB, scale, mean, std);
    }

    /** {@code short side 256 bilinear, crop 224 × 224, RGB, × 0.00392157, mean 0.485 0.456 0.406, std 0.229 0.224 0.225}. */
    String words() {
        String resized =
                switch (resize) {
                    case Resize.ShortSide side -> "short side " + side.shortSide();
                    case Resize.Squash squash -> "both sides to " + squash.width() + " × " + squash.height();
                };
        return String.format(
                Locale.ROOT,
                "%s %s, crop %d × %d, %s, × %s, mean %s, std %s",
                resized,
                resize.interpolation().name().toLowerCase(Locale.ROOT),
                width,
                height,
                colour,
                scale == 1 ? "1" : String.format(Locale.ROOT, "%.6g", scale),
                words(mean),
                words(std));
    }

    private static String words(List<Double> numbers) {
        return numbers.stream()
                .map(number -> number == Math.rint(number) ? Long.toString(number.longValue()) : number.toString())
                .collect(Collectors.joining(" "));
    }
}
