package dev.winnow.curation.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.quality.QualityCheck.Checked;
import dev.winnow.curation.quality.QualityCheck.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QualityCheckTest {

    private static DatasetImage image(
            int i, double brightness, double sharpness, double entropy, int width, int height) {
        return new DatasetImage(
                ImageId.ofRawKey("d/" + i),
                "%d.jpg".formatted(i),
                "sha",
                0,
                "etag",
                "jpeg",
                1000,
                width,
                height,
                sharpness,
                null,
                List.of(),
                List.of(),
                Map.of(PointSchema.BRIGHTNESS, brightness, PointSchema.ENTROPY, entropy));
    }

    /** Photos as they usually are, landscape and portrait. */
    private static List<DatasetImage> good(int size, long seed) {
        Random random = new Random(seed);
        List<DatasetImage> images = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            boolean portrait = random.nextInt(3) == 0;
            int side = 1000 + random.nextInt(400);
            images.add(image(
                    i,
                    Math.clamp(0.5 + 0.08 * random.nextGaussian(), 0.25, 0.8),
                    Math.exp(Math.clamp(6.5 + 0.8 * random.nextGaussian(), 5, 9)),
                    Math.clamp(7 + 0.3 * random.nextGaussian(), 4, 8),
                    portrait ? side : side * 4 / 3,
                    portrait ? side * 4 / 3 : side));
        }
        return images;
    }

    private static List<Integer> found(List<DatasetImage> images, QualityIssue issue) {
        return QualityCheck.check(images, issue, 3).findings().stream()
                .map(Finding::row)
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void findsNothingAmongGoodOnes(QualityIssue issue) {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(found(good(200, seed), issue)).isEmpty();
        }
    }

    @Test
    void findsThePlantedOnesTheWorstFirst() {
        List<DatasetImage> images = good(300, 5);
        images.set(10, image(10, 0.03, 800, 7, 1300, 1000));
        images.set(11, image(11, 0.1, 800, 7, 1300, 1000));
        images.set(20, image(20, 0.99, 800, 7, 1300, 1000));
        images.set(30, image(30, 0.5, 4, 7, 1300, 1000));
        images.set(31, image(31, 0.5, 0, 7, 1300, 1000));
        images.set(40, image(40, 0.5, 800, 0.5, 1300, 1000));
        images.set(50, image(50, 0.5, 800, 7, 130, 100));
        images.set(51, image(51, 0.5, 800, 7, 6000, 5000));
        images.set(60, image(60, 0.5, 800, 7, 4000, 500));
        images.set(61, image(61, 0.5, 800, 7, 500, 4000));
        assertThat(found(images, QualityIssue.DARK)).containsExactly(10, 11);
        assertThat(found(images, QualityIssue.BRIGHT)).containsExactly(20);
        assertThat(found(images, QualityIssue.BLURRED)).containsExactly(31, 30);
        assertThat(found(images, QualityIssue.LOW_INFORMATION)).containsExactly(40);
        assertThat(found(images, QualityIssue.ODD_SIZE)).containsExactly(50, 51);
        assertThat(found(images, QualityIssue.ODD_ASPECT_RATIO)).containsExactly(60, 61);
    }

    @Test
    void theThresholdFollowsTheDatasetBetweenItsBounds() {
        // Taken at night: dark is what is darker than the others, and black is dark always.
        List<DatasetImage> night = new ArrayList<>(IntStream.range(0, 101)
                .mapToObj(i -> image(i, 0.10 + 0.001 * i, 800, 7, 1300, 1000))
                .toList());
        Checked ofNight = QualityCheck.check(night, QualityIssue.DARK, 3);
        assertThat(ofNight.findings()).isEmpty();
        double[] brightness =
                IntStream.range(0, 101).mapToDouble(i -> 0.10 + 0.001 * i).toArray();
        double median = Arrays.stream(brightness).sorted().toArray()[50];
        double mad = Arrays.stream(brightness)
                .map(x -> Math.abs(x - median))
                .sorted()
                .toArray()[50];
        assertThat(ofNight.median()).isCloseTo(median, within(1e-12));
        assertThat(ofNight.spread()).isCloseTo(1.4826 * mad, within(1e-12));
        assertThat(ofNight.below()).isEqualTo(0.05);
        assertThat(QualityCheck.check(night, QualityIssue.DARK, 1).below())
                .isCloseTo(median - 1.4826 * mad, within(1e-12));
        assertThat(QualityCheck.check(good(200, 1), QualityIssue.DARK, 3).below())
                .isEqualTo(0.2);
        night.add(image(101, 0.01, 800, 7, 1300, 1000));
        assertThat(found(night, QualityIssue.DARK)).containsExactly(101);
    }

    @Test
    void severityGoesFromTheThresholdToTheWorst() {
        List<DatasetImage> images = good(200, 2);
        images.set(0, image(0, 0, 800, 7, 1300, 1000));
        images.set(1, image(1, 0.1999, 800, 7, 1300, 1000));
        List<Finding> findings =
                QualityCheck.check(images, QualityIssue.DARK, 3).findings();
        assertThat(findings).extracting(Finding::threshold).containsOnly(0.2);
        assertThat(findings.getFirst().severity()).isEqualTo(1);
        assertThat(findings.getLast().severity()).isCloseTo(0.0005, within(1e-9));
    }

    @Test
    void whatWasNotMeasuredIsNoIssue() {
        // As TestVectors' images are: sharpness 1, and no other identifier.
        List<DatasetImage> images = IntStream.range(0, 20)
                .mapToObj(i -> TestVectors.image(i + ".jpg", "s", 100, List.of()))
                .toList();
        Checked dark = QualityCheck.check(images, QualityIssue.DARK, 3);
        assertThat(dark.measured()).isZero();
        assertThat(dark.below()).isNull();
        assertThat(dark.findings()).isEmpty();
        assertThat(QualityCheck.check(images, QualityIssue.BLURRED, 3).measured())
                .isEqualTo(20);
    }

    @ParameterizedTest
    @EnumSource
    void standsDegenerateDatasets(QualityIssue issue) {
        assertThat(QualityCheck.check(List.of(), issue, 3).findings()).isEmpty();
        for (int size : new int[] {1, 2, 30}) {
            List<DatasetImage> same = IntStream.range(0, size)
                    .mapToObj(i -> image(i, 0.5, 500, 7, 1300, 1000))
                    .toList();
            assertThat(found(same, issue)).isEmpty();
        }
        // All of them black: each is dark and tells nothing, and is of the size of the others.
        List<DatasetImage> black = IntStream.range(0, 30)
                .mapToObj(i -> image(i, 0, 0, 0, 1300, 1000))
                .toList();
        boolean absolute =
                switch (issue) {
                    case DARK, BLURRED, LOW_INFORMATION -> true;
                    case BRIGHT, ODD_SIZE, ODD_ASPECT_RATIO -> false;
                };
        assertThat(found(black, issue)).hasSize(absolute ? 30 : 0);
    }
}
