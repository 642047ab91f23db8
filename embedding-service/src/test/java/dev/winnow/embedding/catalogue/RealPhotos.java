package dev.winnow.embedding.catalogue;

import static java.util.stream.Collectors.averagingDouble;

import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.PreparedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/** The labelled photos and the published networks beside the checkout; tests that need them are skipped without. */
final class RealPhotos {

    static final Path MODELS = Path.of(System.getProperty("suite.root"), "models");
    private static final Path SHARED = Path.of(System.getProperty("suite.root")).resolveSibling("shared");
    static final Path ROOT = SHARED.resolve("data/photos");

    private RealPhotos() {}

    /** A photo by its path below {@link #ROOT}. */
    record Photo(String path, String label) {}

    /** Skips the running test where there are no photos. */
    static void assumePhotos() {
        assumeFile(ROOT.resolve("labels.csv"));
    }

    /** A published network's file; skips the running test where there is none. */
    static Path assumeNetwork(String name) {
        assumePhotos();
        return assumeFile(SHARED.resolve("models").resolve(name));
    }

    private static Path assumeFile(Path file) {
        Assumptions.assumeTrue(Files.exists(file), () -> "skipped: no " + file);
        return file;
    }

    /** The first photos of some classes. */
    static List<Photo> of(int each, String... labels) throws IOException {
        Map<String, Integer> taken = new HashMap<>();
        return read(ROOT.resolve("labels.csv")).stream()
                .filter(photo -> List.of(labels).contains(photo.label()))
                .filter(photo -> taken.merge(photo.label(), 1, Integer::sum) <= each)
                .toList();
    }

    /** Rows of a CSV that begin with path and label. */
    static List<Photo> read(Path csv) throws IOException {
        return Files.readAllLines(csv).stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .map(cells -> new Photo(cells[0], cells[1]))
                .toList();
    }

    /** A CSV of photos, as the scripts read it with {@code --root}. */
    static Path list(Path file, List<Photo> photos) throws IOException {
        List<String> lines = new ArrayList<>(List.of("path,label"));
        photos.forEach(photo -> lines.add(photo.path() + "," + photo.label()));
        return Files.write(file, lines);
    }

    /** The unit vectors that the worker would store. */
    static List<float[]> embed(EmbeddingModel model, List<Photo> photos) throws IOException, InterruptedException {
        List<float[]> vectors = new ArrayList<>();
        for (Photo photo : photos) {
            byte[] file = Files.readAllBytes(ROOT.resolve(photo.path()));
            PreparedImage.Ready ready =
                    (PreparedImage.Ready) PreparedImage.of(file, model.preprocessing(), new MemoryBudget(100_000_000));
            vectors.add(model.embed(List.of(ready.tensor())).getFirst().orElseThrow());
        }
        return vectors;
    }

    /** Leave one out: share of photos for which the majority of their 10 most similar others is of their own class. */
    static double knn10(List<float[]> vectors, List<Photo> photos) {
        return IntStream.range(0, photos.size()).boxed().collect(averagingDouble(query -> {
            Map<String, Double> votes = new HashMap<>();
            nearest(vectors, query)
                    .forEach(other -> votes.merge(
                            photos.get(other).label(),
                            // Ties go to the higher summed similarity.
                            1 + 1e-3 * cosine(vectors.get(query), vectors.get(other)),
                            Double::sum));
            String winner = votes.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey();
            return winner.equals(photos.get(query).label()) ? 1 : 0;
        }));
    }

    /** Share of a photo's 10 nearest others in one embedding that are among its 10 in the other, over all photos. */
    static double overlap10(List<float[]> first, List<float[]> second) {
        return IntStream.range(0, first.size()).boxed().collect(averagingDouble(query -> {
            List<Integer> others = nearest(second, query);
            return nearest(first, query).stream().filter(others::contains).count() / 10.0;
        }));
    }

    private static List<Integer> nearest(List<float[]> vectors, int query) {
        return IntStream.range(0, vectors.size())
                .filter(other -> other != query)
                .boxed()
                .sorted(Comparator.comparingDouble(other -> -cosine(vectors.get(query), vectors.get(other))))
                .limit(10)
                .toList();
    }

    static double cosine(float[] first, float[] second) {
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += (double) first[i] * second[i];
        }
        return sum;
    }
}
