package dev.winnow.curation.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.frontier.Frontier.Place;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kept list against the slow, obvious one, after every kind of change. */
class FrontierTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final int DIMENSION = 8;

    private final Map<ImageId, Item> items = new TreeMap<>(Comparator.comparing(ImageId::toString));

    private record Item(DatasetImage image, float[] vector) {}

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "3, 0", "4, 0.5", "5, 0.5", "6, 3"})
    void anySequenceOfChangesLeadsToWhatChoosingAnewGives(long seed, double weight) {
        Random random = new Random(seed);
        // Few directions, so that copies, equal gains and near neighbours abound.
        List<float[]> vectors = TestVectors.clustered(new int[] {60, 40, 30, 10}, DIMENSION, 0.3, seed);
        vectors.addAll(vectors.subList(0, 20));
        for (int i = 0; i < 90; i++) {
            put(image(i, random), vectors.get(random.nextInt(vectors.size())));
        }
        Frontier frontier = new Frontier(snapshot(), NEIGHBOURS, Progress.NONE);
        assertEqual(frontier, 30, weight);
        for (int step = 0; step < 300; step++) {
            ImageId some = List.copyOf(items.keySet()).get(random.nextInt(items.size()));
            switch (random.nextInt(7)) {
                case 0 ->
                    apply(frontier, image(random.nextInt(140), random), vectors.get(random.nextInt(vectors.size())));
                case 1 -> {
                    items.remove(some);
                    frontier.remove(some);
                }
                case 2, 3 -> label(frontier, some, List.of("class-" + random.nextInt(3)));
                case 4 -> label(frontier, some, List.of());
                case 5 -> {
                    // Whoever labels takes the list from its beginning.
                    List<Place> next = frontier.first(3, weight, id -> true);
                    for (Place place : next) {
                        label(frontier, place.id(), List.of("class-" + random.nextInt(3)));
                    }
                }
                default -> {
                    DatasetImage old = Objects.requireNonNull(items.get(some)).image();
                    DatasetImage dropped = with(old, old.labels(), Map.of("decision", "drop"));
                    items.put(
                            some,
                            new Item(
                                    dropped,
                                    Objects.requireNonNull(items.get(some)).vector()));
                    assertThat(frontier.update(dropped)).isTrue();
                }
            }
            assertEqual(frontier, 1 + random.nextInt(40), weight);
        }
        assertEqual(frontier, 1_000, weight);
        assertThat(frontier.candidates() + frontier.labelled()).isEqualTo((int) items.values().stream()
                .filter(item -> item.image().identifiers().isEmpty())
                .count());
    }

    @Test
    void labellingInTheOrderOfTheListChangesNothingForTheRest() {
        fill(200);
        Frontier frontier = new Frontier(snapshot(), NEIGHBOURS, Progress.NONE);
        List<Place> before = frontier.first(50, 0, id -> true);
        before.subList(0, 20).forEach(place -> label(frontier, place.id(), List.of("a")));
        List<Place> after = frontier.first(30, 0, id -> true);
        assertThat(after)
                .extracting(Place::id)
                .isEqualTo(before.subList(20, 50).stream().map(Place::id).toList());
        assertThat(after)
                .extracting(Place::distance)
                .isEqualTo(before.subList(20, 50).stream().map(Place::distance).toList());
    }

    @Test
    void whatSomebodyElseIsAtIsPassedOver() {
        fill(60);
        Frontier frontier = new Frontier(snapshot(), NEIGHBOURS, Progress.NONE);
        List<ImageId> all =
                frontier.first(40, 0, id -> true).stream().map(Place::id).toList();
        Set<ImageId> theirs = Set.copyOf(all.subList(0, 20));
        assertThat(frontier.first(20, 0, id -> !theirs.contains(id)))
                .extracting(Place::id)
                .isEqualTo(all.subList(20, 40));
        assertThat(frontier.first(1_000, 0, id -> true)).hasSize(60);
    }

    @Test
    void anEmptyDatasetGrows() {
        Frontier frontier = new Frontier(snapshot(), NEIGHBOURS, Progress.NONE);
        assertThat(frontier.first(5, 0, id -> true)).isEmpty();
        List<float[]> vectors = TestVectors.random(12, DIMENSION, 9);
        for (int i = 0; i < 12; i++) {
            apply(frontier, image(i, new Random(i)), vectors.get(i));
            assertEqual(frontier, 5, 0);
        }
    }

    private void fill(int n) {
        List<float[]> vectors = TestVectors.random(n, DIMENSION, 7);
        for (int i = 0; i < n; i++) {
            DatasetImage image = image(i, new Random(1));
            put(with(image, List.of(), Map.of()), vectors.get(i));
        }
    }

    private static DatasetImage image(int i, Random random) {
        return TestVectors.image(
                "%03d.jpg".formatted(i),
                "sha",
                100,
                random.nextInt(4) == 0 ? List.of("class-" + random.nextInt(3)) : List.of());
    }

    private static DatasetImage with(DatasetImage image, List<String> labels, Map<String, Object> identifiers) {
        return new DatasetImage(
                image.id(),
                image.path(),
                "",
                0,
                image.etag(),
                "jpeg",
                1,
                1,
                1,
                1,
                null,
                labels,
                List.of(),
                identifiers);
    }

    private void put(DatasetImage image, float[] vector) {
        items.put(image.id(), new Item(image, vector));
    }

    private void apply(Frontier frontier, DatasetImage image, float[] vector) {
        put(image, vector);
        frontier.put(image, vector);
    }

    private void label(Frontier frontier, ImageId id, List<String> labels) {
        Item item = Objects.requireNonNull(items.get(id));
        DatasetImage image = with(item.image(), labels, item.image().identifiers());
        items.put(id, new Item(image, item.vector()));
        assertThat(frontier.update(image)).isTrue();
    }

    private Snapshot snapshot() {
        return TestVectors.snapshot(
                items.values().stream().map(Item::vector).toList(),
                items.values().stream().map(Item::image).toList());
    }

    private void assertEqual(Frontier kept, int n, double weight) {
        List<Place> slow = slow(n, weight);
        List<Place> found = kept.first(n, weight, id -> true);
        assertThat(found).isEqualTo(new Frontier(snapshot(), NEIGHBOURS, Progress.NONE).first(n, weight, id -> true));
        assertThat(found).hasSameSizeAs(slow);
        for (int i = 0; i < slow.size(); i++) {
            // Their votes are added up in another order.
            assertThat(found.get(i).uncertainty()).isCloseTo(slow.get(i).uncertainty(), within(1e-6));
            assertThat(found.get(i).gain()).isCloseTo(slow.get(i).gain(), within(1e-5));
            if (weight == 0) {
                assertThat(found.get(i).id()).isEqualTo(slow.get(i).id());
                assertThat(found.get(i).distance()).isEqualTo(slow.get(i).distance());
                assertThat(found.get(i).nearest()).isEqualTo(slow.get(i).nearest());
            }
        }
    }

    /** Every gain computed again for every place. */
    private List<Place> slow(int n, double weight) {
        List<Item> all = items.values().stream()
                .filter(item -> item.image().identifiers().isEmpty())
                .toList();
        Vectors vectors = Vectors.of(DIMENSION, all.stream().map(Item::vector).toList());
        int[] labelled = IntStream.range(0, all.size())
                .filter(i -> !all.get(i).image().labels().isEmpty())
                .toArray();
        List<Integer> left = new ArrayList<>(IntStream.range(0, all.size())
                .filter(i -> all.get(i).image().labels().isEmpty())
                .boxed()
                .toList());
        List<Integer> chosen = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        while (places.size() < n && !left.isEmpty()) {
            Place best = null;
            for (int i : left) {
                float nearest = 2;
                ImageId nearestId = null;
                for (int other : labelled) {
                    float distance = distance(vectors, i, other);
                    if (nearestId == null || distance < nearest) {
                        nearest = distance;
                        nearestId = all.get(other).image().id();
                    }
                }
                float covered = nearest;
                for (int other : chosen) {
                    covered = Math.min(covered, distance(vectors, i, other));
                }
                double uncertainty = uncertainty(all, vectors, i, labelled);
                double gain = weight == 0 ? covered : covered + weight * (float) uncertainty;
                if (best == null || gain > best.gain()) {
                    best = new Place(
                            all.get(i).image().id(),
                            covered,
                            nearestId,
                            nearestId == null ? null : Float.valueOf(nearest),
                            uncertainty,
                            gain);
                }
            }
            ImageId id = Objects.requireNonNull(best).id();
            places.add(best);
            int row = IntStream.range(0, all.size())
                    .filter(i -> all.get(i).image().id().equals(id))
                    .findFirst()
                    .orElseThrow();
            chosen.add(row);
            left.removeIf(i -> i == row);
        }
        return places;
    }

    private static float distance(Vectors vectors, int one, int other) {
        return Math.max(0, 1 - (float) vectors.similarity(one, other));
    }

    /** Entropy of the distance-weighted votes of the ten nearest, of equal ones the lower id. */
    private static double uncertainty(List<Item> all, Vectors vectors, int image, int[] labelled) {
        List<Integer> nearest = IntStream.of(labelled)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer other) -> -(float) vectors.similarity(image, other))
                        .thenComparing(other -> all.get(other).image().id().toString()))
                .limit(10)
                .toList();
        int k = nearest.size();
        if (k < 2) {
            return 0;
        }
        double first = (float) vectors.similarity(image, nearest.getFirst());
        double last = (float) vectors.similarity(image, nearest.getLast());
        Map<String, Double> votes = new TreeMap<>();
        double sum = 0;
        for (int other : nearest) {
            double its = (float) vectors.similarity(image, other);
            double weight = k < 3 || first <= last ? 1 : (its - last) / (first - last);
            votes.merge(all.get(other).image().labels().getFirst(), weight, Double::sum);
            sum += weight;
        }
        double entropy = 0;
        for (double vote : votes.values()) {
            if (vote > 0) {
                entropy -= vote / sum * Math.log(vote / sum);
            }
        }
        return Math.clamp(entropy / Math.log(k), 0.0, 1.0);
    }
}
