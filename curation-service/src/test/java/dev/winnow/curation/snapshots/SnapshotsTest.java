package dev.winnow.curation.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.Progress;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.TestVectors;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotsTest {

    private final ChangingIndex index = new ChangingIndex();
    private final VectorCache cache = new VectorCache(1 << 20);
    private final Snapshots snapshots = new Snapshots(index, new DatasetLedger(), cache, config("100"));
    private int number;

    /** Arrivals, overwritten and removed images, edited labels, any number of each between two readings. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatIsKeptEqualsAFreshReading(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            int before = index.vectorsRead();
            int changes = random.nextInt(5) == 0 ? 0 : random.nextInt(12);
            int changedVectors = 0;
            for (int i = 0; i < changes; i++) {
                changedVectors += change(random) ? 1 : 0;
            }
            Snapshot snapshot = snapshots.read("d", Progress.NONE);
            if (round > 0) {
                assertThat(index.vectorsRead() - before).isLessThanOrEqualTo(changedVectors);
            }
            assertLikeFresh(snapshot);
        }
    }

    @Test
    void readsNoVectorAgainAndHandsOutTheSameMatrixWhereOnlyLabelsHaveChanged() {
        for (int i = 0; i < 20; i++) {
            arrive();
        }
        Snapshot first = snapshots.read("d", Progress.NONE);
        ImageId edited = index.ids().get(3);
        label(edited, "heron");
        Snapshot second = snapshots.read("d", Progress.NONE);
        assertThat(index.vectorsRead()).isEqualTo(20);
        assertThat(second.vectors()).isSameAs(first.vectors());
        assertThat(first.image(3).labels()).isEmpty();
        assertThat(second.image(3).labels()).containsExactly("heron");
    }

    @Test
    void aRunningJobKeepsWhatItBeganWith() {
        for (int i = 0; i < 5; i++) {
            arrive();
        }
        Snapshot first = snapshots.read("d", Progress.NONE);
        float[] before = first.vectors().get(2);
        overwrite(index.ids().get(2));
        Snapshot second = snapshots.read("d", Progress.NONE);
        assertThat(first.vectors().get(2)).isEqualTo(before);
        assertThat(second.vectors().get(2)).isNotEqualTo(before);
        assertThat(index.vectorsRead()).isEqualTo(6);
    }

    @Test
    void anOutcomeMakesItReadAnImageAgainWhateverItsTag() {
        for (int i = 0; i < 5; i++) {
            arrive();
        }
        snapshots.read("d", Progress.NONE);
        ImageId embeddedAnew = index.ids().get(1);
        index.put(index.get(embeddedAnew).image(), TestVectors.random(1, 4, 99).getFirst());
        cache.touched("d", embeddedAnew);
        Snapshot snapshot = snapshots.read("d", Progress.NONE);
        assertThat(index.vectorsRead()).isEqualTo(6);
        snapshots.read("d", Progress.NONE);
        assertThat(index.vectorsRead()).isEqualTo(6);
        assertLikeFresh(snapshot);
    }

    @Test
    void anImageWithoutATagIsReadEachTime() {
        DatasetImage image = image("old", "", List.of());
        index.put(image, new float[] {1, 2, 3, 4});
        snapshots.read("d", Progress.NONE);
        index.put(image, new float[] {4, 3, 2, 1});
        assertLikeFresh(snapshots.read("d", Progress.NONE));
    }

    /** Between its payload and its vector an image may go, or be replaced. */
    @Test
    void whatChangesWhileItIsReadIsReadOfOneMoment() {
        for (int i = 0; i < 20; i++) {
            arrive();
        }
        snapshots.read("d", Progress.NONE);
        arrive();
        arrive();
        ImageId gone = index.ids().get(4);
        ImageId replaced = index.ids().get(9);
        overwrite(gone);
        overwrite(replaced);
        index.afterPayloads(() -> {
            index.remove(gone);
            overwrite(replaced);
        });
        assertLikeFresh(snapshots.read("d", Progress.NONE));
    }

    @Test
    void anotherModelHasOtherVectors() {
        arrive();
        snapshots.read("d", Progress.NONE);
        index.activate("n");
        DatasetImage image = index.get(index.ids().getFirst()).image();
        index.put(image, new float[] {1, 1, 1, 1, 1, 1});
        assertLikeFresh(snapshots.read("d", Progress.NONE));
    }

    @Test
    void vectorsOfAnotherModelAreNotKeptUnderItsName() {
        arrive();
        String before = index.model().orElseThrow();
        index.activate("n");
        assertThatThrownBy(() -> snapshots.read("d", before, Progress.NONE)).isInstanceOf(NotFoundException.class);
        assertThat(cache.find("d", before)).isEmpty();
    }

    @Test
    void nothingIsRead() {
        assertThat(snapshots.read("d", Progress.NONE).size()).isZero();
        assertThat(snapshots.read("d", Progress.NONE).size()).isZero();
        arrive();
        assertLikeFresh(snapshots.read("d", Progress.NONE));
        index.remove(index.ids().getFirst());
        assertThat(snapshots.read("d", Progress.NONE).size()).isZero();
    }

    @Test
    void refusesWhatIsLargerThanAJobMayBe() {
        arrive();
        arrive();
        Snapshots small = new Snapshots(index, new DatasetLedger(), cache, config("1"));
        assertThatThrownBy(() -> small.read("d", Progress.NONE))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("winnow.jobs.max-images");
    }

    private void assertLikeFresh(Snapshot snapshot) {
        Snapshot fresh =
                new Snapshots(index, new DatasetLedger(), new VectorCache(0), config("100")).read("d", Progress.NONE);
        assertThat(snapshot.images()).isEqualTo(fresh.images());
        assertThat(snapshot.model()).isEqualTo(fresh.model());
        assertThat(snapshot.watermark()).isEqualTo(fresh.watermark());
        for (int row = 0; row < fresh.size(); row++) {
            assertThat(snapshot.vectors().get(row)).isEqualTo(fresh.vectors().get(row));
        }
    }

    /** Whether a vector changed that has to be read. */
    private boolean change(Random random) {
        List<ImageId> ids = index.ids();
        int kind = ids.size() < 5 ? 0 : random.nextInt(4);
        if (kind == 0 && ids.size() < 90) {
            arrive();
            return true;
        }
        ImageId some = ids.get(random.nextInt(ids.size()));
        switch (kind) {
            case 1 -> index.remove(some);
            case 2 -> label(some, "label" + random.nextInt(3));
            default -> {
                overwrite(some);
                if (random.nextBoolean()) {
                    cache.touched("d", some);
                }
                return true;
            }
        }
        return false;
    }

    private void arrive() {
        number++;
        index.put(image("image-" + number, "etag-" + number, List.of()), vector());
    }

    private void overwrite(ImageId id) {
        number++;
        DatasetImage old = index.get(id).image();
        index.put(image(old.path(), "etag-" + number, old.labels()), vector());
    }

    private void label(ImageId id, String label) {
        DatasetImage old = index.get(id).image();
        index.put(image(old.path(), old.etag(), List.of(label)), index.get(id).vector());
    }

    private float[] vector() {
        return TestVectors.random(1, 4, number).getFirst();
    }

    private static DatasetImage image(String path, String etag, List<String> labels) {
        return new DatasetImage(
                ImageId.ofRawKey("d/" + path),
                path,
                "sha-" + etag,
                0,
                etag,
                "jpeg",
                1000,
                100,
                100,
                1,
                null,
                labels,
                List.of(),
                Map.of());
    }

    private static CurationConfig config(String maxImages) {
        return new SmallRyeConfigBuilder()
                .withMapping(CurationConfig.class)
                .withDefaultValue("winnow.jobs.max-images", maxImages)
                .build()
                .getConfigMapping(CurationConfig.class);
    }
}
