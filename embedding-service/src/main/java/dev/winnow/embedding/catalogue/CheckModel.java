package dev.winnow.embedding.catalogue;

import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.PreparedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Embeds pictures with a model, and measures what comes out and how fast. */
final class CheckModel {

    private static final long MEASURED_NANOS = 2_000_000_000;
    private static final long DECODED_BYTES = 256L << 20;
    private static final int PAIRS = 5;

    private final EmbeddingModel model;
    private final int threads;

    CheckModel(EmbeddingModel model, int threads) {
        this.model = model;
        this.threads = threads;
    }

    /** Two pictures and the cosine of their vectors. */
    record Pair(String a, String b, double cosine) {}

    /** A file that is no usable picture. */
    record Refused(String file, String reason) {}

    /**
     * What was found.
     *
     * @param shortest length of the vectors before they are scaled to length 1, and {@code longest} the greatest
     * @param nearest the pictures that are most alike, most alike first; no picture is paired with itself
     * @param sameAgain lowest cosine of a picture's vector to that of the same picture embedded again
     * @param batchOrSingle lowest cosine of a picture's vector out of a batch to that of the picture alone
     * @param forward pictures a second through the network alone
     * @param whole pictures a second with decoding and preprocessing
     */
    record Report(
            int pictures,
            List<Refused> refused,
            int dimension,
            double shortest,
            double longest,
            List<Pair> nearest,
            double sameAgain,
            double batchOrSingle,
            double forward,
            double whole) {}

    /** @throws Failure if fewer than two of the files are usable pictures, or the model gives no vector for one */
    Report run(Map<String, byte[]> files) throws Failure, InterruptedException {
        List<String> names = new ArrayList<>();
        List<float[]> tensors = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        prepare(files).forEach((name, prepared) -> {
            switch (prepared) {
                case PreparedImage.Ready ready -> {
                    names.add(name);
                    tensors.add(ready.tensor());
                }
                case PreparedImage.Refused no ->
                    refused.add(new Refused(
                            name,
                            no.rejection().reason() + ": " + no.rejection().detail()));
            }
        });
        if (names.size() < 2) {
            throw new Failure("two pictures are needed at least, usable were " + names.size()
                    + (refused.isEmpty()
                            ? ""
                            : "; " + refused.getFirst().file() + " is not: "
                                    + refused.getFirst().reason()));
        }
        List<float[]> vectors = model.features(tensors);
        double shortest = vectors.stream().mapToDouble(TrialRun::length).min().orElseThrow();
        double longest = vectors.stream().mapToDouble(TrialRun::length).max().orElseThrow();
        if (!Double.isFinite(longest) || shortest < 1e-12) {
            throw new Failure("the model gives no direction for at least one of the pictures (lengths from " + shortest
                    + " to " + longest + ")");
        }
        double batchOrSingle = 1;
        for (int i = 0; i < tensors.size(); i++) {
            float[] alone = model.features(List.of(tensors.get(i))).getFirst();
            batchOrSingle = Math.min(batchOrSingle, TrialRun.cosine(alone, vectors.get(i)));
        }
        return new Report(
                names.size(),
                refused,
                vectors.getFirst().length,
                shortest,
                longest,
                nearest(names, vectors),
                lowestCosine(vectors, model.features(tensors)),
                batchOrSingle,
                forwardRate(tensors),
                wholeRate(files));
    }

    private Map<String, PreparedImage> prepare(Map<String, byte[]> files) throws InterruptedException {
        MemoryBudget memory = new MemoryBudget(DECODED_BYTES);
        Map<String, Future<PreparedImage>> tasks = new java.util.LinkedHashMap<>();
        Map<String, PreparedImage> prepared = new java.util.LinkedHashMap<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            files.forEach((name, bytes) ->
                    tasks.put(name, pool.submit(() -> PreparedImage.of(bytes, model.preprocessing(), memory))));
            for (Map.Entry<String, Future<PreparedImage>> task : tasks.entrySet()) {
                try {
                    prepared.put(task.getKey(), task.getValue().get());
                } catch (ExecutionException e) {
                    throw new IllegalStateException("preparing " + task.getKey() + " failed", e.getCause());
                }
            }
        }
        return prepared;
    }

    private static List<Pair> nearest(List<String> names, List<float[]> vectors) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            for (int j = i + 1; j < names.size(); j++) {
                pairs.add(new Pair(names.get(i), names.get(j), TrialRun.cosine(vectors.get(i), vectors.get(j))));
            }
        }
        return pairs.stream()
                .sorted(Comparator.comparingDouble(Pair::cosine).reversed())
                .limit(PAIRS)
                .toList();
    }

    private static double lowestCosine(List<float[]> a, List<float[]> b) {
        double lowest = 1;
        for (int i = 0; i < a.size(); i++) {
            lowest = Math.min(lowest, TrialRun.cosine(a.get(i), b.get(i)));
        }
        return lowest;
    }

    private double forwardRate(List<float[]> tensors) throws InterruptedException {
        long begun = System.nanoTime();
        long pictures = 0;
        while (System.nanoTime() - begun < MEASURED_NANOS) {
            pictures += model.features(tensors).size();
        }
        return pictures / ((System.nanoTime() - begun) / 1e9);
    }

    private double wholeRate(Map<String, byte[]> files) throws InterruptedException {
        long begun = System.nanoTime();
        long pictures = 0;
        while (System.nanoTime() - begun < MEASURED_NANOS) {
            List<float[]> tensors = prepare(files).values().stream()
                    .filter(PreparedImage.Ready.class::isInstance)
                    .map(image -> ((PreparedImage.Ready) image).tensor())
                    .toList();
            pictures += model.features(tensors).size();
        }
        return pictures / ((System.nanoTime() - begun) / 1e9);
    }
}
