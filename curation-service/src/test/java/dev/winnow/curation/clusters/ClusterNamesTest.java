package dev.winnow.curation.clusters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.clusters.ClusterNames.Name;
import dev.winnow.curation.clusters.ClusterNames.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterNamesTest {

    private final List<DatasetImage> images = new ArrayList<>();
    private final List<Integer> clusters = new ArrayList<>();

    @Test
    void theMostDistinctiveLabelNamesACluster() {
        add(0, 8, List.of("animal", "cat"), "grey", 0.5);
        add(0, 2, List.of("animal", "sofa"), "grey", 0.5);
        add(1, 6, List.of("animal", "dog"), "grey", 0.5);
        add(Clustering.NOISE, 4, List.of("animal"), "grey", 0.5);
        List<Name> names = names(2);
        assertThat(names).extracting(Name::text).containsExactly("cat", "dog");
        assertThat(names.getFirst().because()).singleElement().satisfies(property -> {
            assertThat(property.count()).isEqualTo(8);
            assertThat(property.share()).isCloseTo(0.8, within(1e-12));
            assertThat(property.lift()).isCloseTo(0.8 / (8.0 / 20), within(1e-12));
        });
    }

    @Test
    void withoutLabelsIdentifiersDo() {
        add(0, 9, List.of(), "blue", 0.1);
        add(1, 9, List.of(), "yellow", 0.9);
        List<Name> names = names(2);
        assertThat(names).extracting(Name::source).containsOnly(Source.IDENTIFIER);
        assertThat(names.get(0).text()).contains("blue", "dark");
        assertThat(names.get(1).text()).contains("yellow", "bright");
    }

    @Test
    void noTwoClustersHaveOneName() {
        add(0, 5, List.of("cat"), "blue", 0.5);
        add(1, 4, List.of("cat"), "red", 0.5);
        add(2, 3, List.of("cat"), "red", 0.5);
        add(3, 30, List.of("dog"), "grey", 0.5);
        assertThat(names(4)).extracting(Name::text).containsExactly("cat", "cat, red", "cat, red 2", "dog");
    }

    @Test
    void whatHasNothingInCommonIsMixed() {
        for (int i = 0; i < 20; i++) {
            add(i % 2, 1, List.of("label-" + i), "colour-" + i, 0.5);
        }
        // A tenth of the cluster and twice as often as elsewhere: each label is its cluster's, if barely.
        assertThat(names(2)).extracting(Name::source).containsOnly(Source.LABEL);
        images.clear();
        clusters.clear();
        for (int i = 0; i < 40; i++) {
            add(i % 2, 1, List.of("label-" + i), "colour-" + i, 0.5);
        }
        assertThat(names(2)).extracting(Name::text).containsExactly("jpeg", "jpeg 2");
    }

    @Test
    void standsNoImagesAndNoClusters() {
        assertThat(names(0)).isEmpty();
        add(0, 1, List.of(), "", 0.5);
        assertThat(names(1)).hasSize(1);
    }

    private List<Name> names(int k) {
        return ClusterNames.of(
                images, clusters.stream().mapToInt(Integer::intValue).toArray(), k);
    }

    private void add(int cluster, int count, List<String> labels, String colour, double brightness) {
        for (int i = 0; i < count; i++) {
            String path = images.size() + ".jpg";
            images.add(new DatasetImage(
                    ImageId.ofRawKey("d/" + path),
                    path,
                    "sha",
                    0,
                    "etag",
                    "jpeg",
                    1,
                    1,
                    1,
                    1,
                    null,
                    labels,
                    List.of(),
                    Map.of(PointSchema.COLOURS, List.of(colour), PointSchema.BRIGHTNESS, brightness)));
        }
        clusters.addAll(Collections.nCopies(count, cluster));
    }
}
