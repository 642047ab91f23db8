package dev.winnow.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.path.json.JsonPath;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * How good the answers of the curation service are on real photos: the truth is planted, and the figures that
 * docs/benchmarks.md states are printed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CurationQualityTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Long> SEEDS = List.of(1L, 2L, 3L, 4L, 5L);

    /** Its own: so many photos leave more in memory than other tests expect of the one they share. */
    private RunningSuite suite;

    private LabelledPhotos photos;

    @BeforeAll
    void takeIn(@TempDir Path data) throws IOException {
        LabelledPhotos.assumeThereAreSome();
        suite = RunningSuite.start(data);
        photos = LabelledPhotos.store(suite.endpoints(), "quality");
    }

    @AfterAll
    void stop() {
        if (suite != null) {
            suite.close();
        }
    }

    /** One label in twenty is wrong. */
    @Test
    void wrongLabelsComeFirst(@TempDir Path folder) throws IOException, ExecutionException, InterruptedException {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (long seed : SEEDS) {
            Map<String, String> given = withWrongLabels(new Random(seed));
            photos.label(given);
            List<String> ranking = photos.client()
                    .job(Map.of("type", "label_issues", "limit", given.size()))
                    .getList("labels.path", String.class);
            ours.add(averagePrecision(ranking.stream()
                    .map(path -> !photos.classOf(path).equals(given.get(path)))
                    .toList()));
            reference(folder, given).ifPresent(theirs::add);
        }
        System.out.printf(
                Locale.ROOT,
                "quality: wrong labels, average precision %s, by self-confidence of scikit-learn's probabilities %s%n",
                rounded(ours),
                theirs.isEmpty() ? "not computed: no Python with scikit-learn in WINNOW_PYTHON" : rounded(theirs));
        assertThat(mean(ours)).isGreaterThanOrEqualTo(0.8);
        if (!theirs.isEmpty()) {
            assertThat(mean(ours)).isGreaterThanOrEqualTo(mean(theirs));
        }
    }

    /** Copies of sixty photos, a third each: the same bytes, compressed again, and smaller. */
    @Test
    void plantedLeaksAreFoundAndNoneIsLeft() throws IOException {
        Random random = new Random(7);
        List<String> paths = new ArrayList<>(photos.classes().keySet());
        Collections.shuffle(paths, random);
        Client client = new Client(suite.endpoints(), "leaks");
        Map<String, String> splits = new LinkedHashMap<>();
        Map<String, String> copyOf = new LinkedHashMap<>();
        for (int i = 0; i < 400; i++) {
            String path = paths.get(i);
            byte[] photo = LabelledPhotos.photo(path);
            client.put(path, photo);
            splits.put(path, i % 5 == 0 ? "test" : "train");
            if (i < 60) {
                String copy = "copies/" + path;
                client.put(copy, i % 3 == 0 ? photo : again(photo, i % 3 == 1 ? 1 : 0.7));
                splits.put(copy, i % 5 == 0 ? "train" : "test");
                copyOf.put(copy, path);
            }
        }
        client.awaitCounts(splits.size(), 0);

        JsonPath audit = client.job(Map.of("type", "audit_split", "assignments", splits, "limit", 10_000));
        Map<String, Set<String>> found = new HashMap<>();
        List<String> leaking = audit.getList("leaks.path", String.class);
        List<String> others = audit.getList("leaks.other.path", String.class);
        for (int i = 0; i < leaking.size(); i++) {
            found.computeIfAbsent(leaking.get(i), path -> new HashSet<>()).add(others.get(i));
            found.computeIfAbsent(others.get(i), path -> new HashSet<>()).add(leaking.get(i));
        }
        List<String> missed = copyOf.entrySet().stream()
                .filter(pair -> !found.getOrDefault(pair.getKey(), Set.of()).contains(pair.getValue()))
                .map(Map.Entry::getKey)
                .toList();

        JsonPath split = client.job(Map.of(
                "type", "split", "fractions", Map.of("train", 0.8, "test", 0.2), "group_by", List.of(), "seed", 3));
        Map<String, String> assigned = new HashMap<>();
        List<String> assignedPaths = split.getList("assignments.path", String.class);
        List<String> assignedSplits = split.getList("assignments.split", String.class);
        for (int i = 0; i < assignedPaths.size(); i++) {
            assigned.put(assignedPaths.get(i), assignedSplits.get(i));
        }
        List<String> parted = copyOf.entrySet().stream()
                .filter(pair -> !Objects.equals(assigned.get(pair.getKey()), assigned.get(pair.getValue())))
                .map(Map.Entry::getKey)
                .toList();
        JsonPath after = client.job(Map.of("type", "audit_split", "assignments", assigned));
        System.out.printf(
                Locale.ROOT,
                "quality: planted leaks %d, missed %d; after split, parted %d, leaks %d; sizes %s%n",
                copyOf.size(),
                missed.size(),
                parted.size(),
                after.getInt("leaking"),
                split.getList("splits.images"));
        assertThat(missed).isEmpty();
        assertThat(parted).isEmpty();
        assertThat(after.getInt("leaking")).isZero();
    }

    @Test
    void aBalancedSelectionIsAsEvenAsItCanBe() {
        photos.label(photos.classes());
        int n = photos.classes().size() / 4;
        Map<String, Integer> after = photos.client()
                .job(Map.of("type", "select", "n", n, "by", "label", "exclude_duplicates", false))
                .getMap("after");
        Map<String, Integer> available = new HashMap<>();
        photos.classes().values().forEach(label -> available.merge(label, 1, Integer::sum));
        double best = entropy(evenest(available.values(), n));
        double share =
                entropy(after.values().stream().mapToInt(Integer::intValue).toArray()) / best;
        System.out.printf(
                Locale.ROOT, "quality: balanced selection of %d, entropy %.4f of the best possible%n", n, share);
        assertThat(after.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(n);
        assertThat(share).isGreaterThanOrEqualTo(0.98);
    }

    /**
     * A tenth is chosen and labelled; a probe of these labels others, which were held out. K-center greedy takes what is odd
     * first and teaches less than chance where so few are chosen: it is measured, and nothing is asked of it.
     */
    @Test
    void whatIsChosenTeachesMoreThanChance() {
        Map<String, List<Double>> accuracies = new LinkedHashMap<>();
        int n = photos.classes().size() / 10;
        photos.label(photos.classes().keySet().stream().collect(Collectors.toMap(path -> path, path -> "")));
        Map<String, List<String>> chosen = new LinkedHashMap<>();
        for (String objective : List.of("coverage", "facility_location")) {
            chosen.put(
                    objective,
                    photos.client()
                            .job(Map.of("type", "select", "n", n, "objectives", Map.of(objective, 1)))
                            .getList("selected.path", String.class));
        }
        for (long seed : SEEDS) {
            List<String> paths = new ArrayList<>(new TreeSet<>(photos.classes().keySet()));
            Collections.shuffle(paths, new Random(seed));
            Set<String> heldOut = new HashSet<>(paths.subList(0, paths.size() / 5));
            Map<String, List<String>> taught = new LinkedHashMap<>();
            chosen.forEach((objective, all) -> taught.put(
                    objective,
                    all.stream().filter(path -> !heldOut.contains(path)).toList()));
            int least = taught.values().stream().mapToInt(List::size).max().orElseThrow();
            taught.put("random", paths.subList(heldOut.size(), heldOut.size() + least));
            taught.forEach((how, labelled) ->
                    accuracies.computeIfAbsent(how, key -> new ArrayList<>()).add(accuracy(labelled, heldOut)));
        }
        accuracies.forEach((how, all) -> System.out.printf(
                Locale.ROOT, "quality: a tenth by %s, accuracy %.3f, by seed %s%n", how, mean(all), rounded(all)));
        double random = mean(accuracies.getOrDefault("random", List.of()));
        assertThat(mean(accuracies.getOrDefault("facility_location", List.of())))
                .isGreaterThan(random);
    }

    /** Its report is on labels that were held out. */
    @Test
    void anAdapterBringsLikesTogether() {
        photos.label(photos.classes());
        JsonPath report = photos.client().job(Map.of("type", "adapter", "name", "quality"));
        System.out.printf(
                Locale.ROOT,
                "quality: adapter %s, recommended %s%n",
                report.getList("accuracy"),
                report.get("recommended"));
        assertThat(report.getBoolean("recommended")).isTrue();
    }

    private double accuracy(List<String> labelled, Set<String> heldOut) {
        photos.label(labelled.stream().collect(Collectors.toMap(path -> path, photos::classOf)));
        JsonPath suggested = photos.client().job(Map.of("type", "suggest_labels", "folds", 2));
        List<String> paths = suggested.getList("suggestions.path", String.class);
        List<String> labels = suggested.getList("suggestions.label", String.class);
        int right = 0;
        for (int i = 0; i < paths.size(); i++) {
            if (heldOut.contains(paths.get(i)) && photos.classOf(paths.get(i)).equals(labels.get(i))) {
                right++;
            }
        }
        photos.label(labelled.stream().collect(Collectors.toMap(path -> path, path -> "")));
        return (double) right / heldOut.size();
    }

    private Map<String, String> withWrongLabels(Random random) {
        Map<String, String> given = new LinkedHashMap<>(photos.classes());
        List<String> classes = List.copyOf(new TreeSet<>(given.values()));
        List<String> paths = new ArrayList<>(given.keySet());
        Collections.shuffle(paths, random);
        for (String path : paths.subList(0, paths.size() / 20)) {
            String wrong = classes.get(random.nextInt(classes.size()));
            while (wrong.equals(photos.classOf(path))) {
                wrong = classes.get(random.nextInt(classes.size()));
            }
            given.put(path, wrong);
        }
        return given;
    }

    /** What {@code models/label_noise.py} finds of the same labels; empty without such a Python. */
    private Optional<Double> reference(Path folder, Map<String, String> given)
            throws IOException, ExecutionException, InterruptedException {
        String python = System.getenv("WINNOW_PYTHON");
        if (python == null) {
            return Optional.empty();
        }
        Map<String, List<Float>> vectors = photos.vectors();
        int dimension = vectors.values().iterator().next().size();
        ByteBuffer bytes =
                ByteBuffer.allocate(given.size() * dimension * Float.BYTES).order(ByteOrder.nativeOrder());
        StringBuilder labels = new StringBuilder();
        given.forEach((path, label) -> {
            vectors.getOrDefault(path, List.of()).forEach(bytes::putFloat);
            labels.append(label).append('\t').append(photos.classOf(path)).append('\n');
        });
        Path vectorFile = Files.write(folder.resolve("vectors.f32"), bytes.array());
        Path labelFile = Files.writeString(folder.resolve("labels.tsv"), labels);
        Path output = folder.resolve("output.json");
        Process process = new ProcessBuilder(
                        python,
                        RunningSuite.ROOT.resolve("models/label_noise.py").toString(),
                        "--vectors",
                        vectorFile.toString(),
                        "--d",
                        Integer.toString(dimension),
                        "--labels",
                        labelFile.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroyForcibly();
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended && process.exitValue() == 0).as(printed).isTrue();
        JsonNode found = JSON.readTree(printed.lines().reduce("", (before, line) -> line));
        return Optional.of(found.at("/average_precision/self_confidence").asDouble());
    }

    private static byte[] again(byte[] photo, double scale) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(photo));
        int width = (int) (image.getWidth() * scale);
        int height = (int) (image.getHeight() * scale);
        BufferedImage drawn = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        drawn.createGraphics()
                .drawImage(image.getScaledInstance(width, height, java.awt.Image.SCALE_AREA_AVERAGING), 0, 0, null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(drawn, "jpg", out);
        return out.toByteArray();
    }

    /** Average precision of a ranking: the mean, over what is to be found, of the precision where each stands. */
    private static double averagePrecision(List<Boolean> wrong) {
        double sum = 0;
        int found = 0;
        for (int rank = 0; rank < wrong.size(); rank++) {
            if (wrong.get(rank)) {
                found++;
                sum += found / (rank + 1.0);
            }
        }
        return sum / found;
    }

    /** The most even counts of a sum of {@code n} that the classes allow: one more of the smallest, over and over. */
    private static int[] evenest(java.util.Collection<Integer> available, int n) {
        int[] most = available.stream().mapToInt(Integer::intValue).toArray();
        int[] counts = new int[most.length];
        for (int taken = 0; taken < n; taken++) {
            int next = -1;
            for (int c = 0; c < most.length; c++) {
                if (counts[c] < most[c] && (next < 0 || counts[c] < counts[next])) {
                    next = c;
                }
            }
            counts[next]++;
        }
        return counts;
    }

    private static double entropy(int[] counts) {
        double sum = Arrays.stream(counts).sum();
        return -Arrays.stream(counts)
                .filter(count -> count > 0)
                .mapToDouble(count -> count / sum * Math.log(count / sum))
                .sum();
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static List<String> rounded(List<Double> values) {
        return values.stream()
                .map(value -> String.format(Locale.ROOT, "%.3f", value))
                .toList();
    }
}
