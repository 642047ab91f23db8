package dev.winnow.cli.sample;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Draws the sample set: every picture of {@link Scene}, exact copies of some, edited versions of others, and one of each
 * {@link Oddity}; beside them {@code labels.csv} and {@code truth.json}.
 */
public final class SampleSet {

    /** Originals that are copied byte for byte; every fourth of them twice. */
    static final int COPIED = 12;

    /** Originals that are edited: each {@link Edit} equally often. */
    static final int EDITED = 40;

    private static final long SEED = 20_261_101;

    private SampleSet() {}

    /** An image and its class; outliers have none. */
    public record Labelled(String path, @Nullable String label) {}

    /** What was planted. Paths are relative to the folder; groups begin with the original. */
    public record Truth(
            List<Labelled> images,
            @JsonProperty("exact_duplicates") List<List<String>> exactDuplicates,
            @JsonProperty("near_duplicates") List<List<String>> nearDuplicates,
            List<String> outliers) {

        /** Reads {@code truth.json}. */
        public static Truth read(Path file) throws IOException {
            return new ObjectMapper().readValue(file.toFile(), Truth.class);
        }
    }

    /** An original that was drawn: small enough to hold them all as what can be drawn again. */
    private record Original(Scene scene, long seed, String path) {}

    /** Draws everything into {@code folder}, which is made where it is missing. */
    public static Truth write(Path folder) throws IOException {
        List<Original> originals = originals();
        for (Scene scene : Scene.values()) {
            Files.createDirectories(folder.resolve(scene.label()));
        }
        Files.createDirectories(folder.resolve("copies"));
        Files.createDirectories(folder.resolve("edits"));
        Files.createDirectories(folder.resolve("strays"));
        inParallel(
                originals.stream(),
                original -> save(original.scene.paint(original.seed), folder.resolve(original.path), 0.92));

        List<Labelled> images = new ArrayList<>();
        originals.forEach(original -> images.add(new Labelled(original.path, original.scene.label())));
        List<List<String>> copies = copies(folder, originals, images);
        List<List<String>> edits = edits(folder, originals, images);
        List<String> outliers = outliers(folder, images);
        Truth truth = new Truth(List.copyOf(images), copies, edits, outliers);
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(folder.resolve("truth.json").toFile(), truth);
        List<String> csv = new ArrayList<>(List.of("path,label"));
        images.stream().filter(image -> image.label != null).forEach(image -> csv.add(image.path + "," + image.label));
        Files.write(folder.resolve("labels.csv"), csv);
        return truth;
    }

    private static List<Original> originals() {
        List<Original> originals = new ArrayList<>();
        for (Scene scene : Scene.values()) {
            for (int i = 1; i <= scene.count(); i++) {
                String format = i % 8 == 0 ? "png" : "jpg";
                originals.add(new Original(
                        scene,
                        seed(scene.label(), i),
                        String.format(Locale.ROOT, "%s/%s-%03d.%s", scene.label(), scene.label(), i, format)));
            }
        }
        return originals;
    }

    private static List<List<String>> copies(Path folder, List<Original> originals, List<Labelled> images)
            throws IOException {
        List<List<String>> groups = new ArrayList<>();
        for (int i = 0; i < COPIED; i++) {
            Original original = originals.get(originals.size() * i / COPIED + 5);
            List<String> group = new ArrayList<>(List.of(original.path));
            for (int copy = 0; copy <= (i % 4 == 3 ? 1 : 0); copy++) {
                String path = String.format(
                        Locale.ROOT,
                        "copies/upload-%02d%s.%s",
                        i + 1,
                        copy == 0 ? "" : "-again",
                        extension(original.path));
                Files.copy(
                        folder.resolve(original.path),
                        folder.resolve(path),
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                group.add(path);
                images.add(new Labelled(path, original.scene.label()));
            }
            groups.add(List.copyOf(group));
        }
        return List.copyOf(groups);
    }

    private static List<List<String>> edits(Path folder, List<Original> originals, List<Labelled> images) {
        record Planned(Original original, Edit edit, String path) {}
        List<Planned> planned = new ArrayList<>();
        List<Edit> kinds = List.of(Edit.values());
        for (int i = 0; i < EDITED; i++) {
            Original original = originals.get(originals.size() * i / EDITED + 2);
            Edit edit = kinds.get(i % kinds.size());
            String name = original.path.substring(original.path.indexOf('/') + 1, original.path.lastIndexOf('.'));
            planned.add(new Planned(original, edit, "edits/" + name + "-" + edit.label() + ".jpg"));
        }
        inParallel(planned.stream(), plan -> {
            Canvas chance = new Canvas(1, 1, plan.original.seed ^ 0xED17);
            BufferedImage edited = plan.edit.apply(plan.original.scene.paint(plan.original.seed), chance);
            save(edited, folder.resolve(plan.path), plan.edit.quality(chance));
        });
        planned.forEach(plan -> images.add(new Labelled(plan.path, plan.original.scene.label())));
        return planned.stream()
                .map(plan -> List.of(plan.original.path, plan.path))
                .toList();
    }

    private static List<String> outliers(Path folder, List<Labelled> images) {
        List<String> paths = new ArrayList<>();
        for (Oddity oddity : Oddity.values()) {
            String path = "strays/" + oddity.label() + ".png";
            save(oddity.paint(seed(oddity.label(), 0)), folder.resolve(path), 1);
            paths.add(path);
            images.add(new Labelled(path, null));
        }
        return List.copyOf(paths);
    }

    private static <T> void inParallel(Stream<T> items, java.util.function.Consumer<T> action) {
        items.parallel().forEach(action);
    }

    private static long seed(String label, int number) {
        return SEED + label.hashCode() * 1_000_003L + number * 7_919L;
    }

    private static String extension(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** @param quality of JPEG, 0 to 1 */
    private static void save(BufferedImage image, Path file, double quality) {
        String format = extension(file.toString());
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        try (OutputStream out = Files.newOutputStream(file);
                ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            if (format.equals("jpg")) {
                settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                settings.setCompressionQuality((float) quality);
            }
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), settings);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        } finally {
            writer.dispose();
        }
    }
}
