package dev.winnow.curation.clusters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.curation.Progress;
import dev.winnow.curation.TestVectors;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SphericalKMeansTest {

    private static final Neighbours NEIGHBOURS = new Neighbours();
    private static final SphericalKMeans K_MEANS = new SphericalKMeans(NEIGHBOURS);
    private static final int[] PLANTED = {120, 60, 30, 15};

    @AfterAll
    static void close() {
        NEIGHBOURS.close();
    }

    @Test
    void findsPlantedClustersAndTheirNumber() {
        Vectors vectors = Vectors.of(32, TestVectors.clustered(PLANTED, 32, 0.3, 1));
        for (Clustering clustering :
                List.of(K_MEANS.fit(vectors, 4, 1, Progress.NONE), K_MEANS.fitBest(vectors, 1, Progress.NONE))) {
            assertThat(clustering.k()).isEqualTo(4);
            assertThat(clustering.sizes()).containsExactly(PLANTED);
            int row = 0;
            for (int c = 0; c < PLANTED.length; c++) {
                for (int i = 0; i < PLANTED[c]; i++) {
                    assertThat(clustering.cluster()[row++]).isEqualTo(c);
                }
            }
        }
    }

    @Test
    void everyVectorIsInTheClusterOfItsNearestCentreAndCentresAreMeans() {
        Vectors vectors = Vectors.of(8, TestVectors.random(300, 8, 5));
        Clustering clustering = K_MEANS.fit(vectors, 7, 3, Progress.NONE);
        double[][] sums = new double[clustering.k()][8];
        for (int row = 0; row < vectors.size(); row++) {
            float[] vector = vectors.get(row);
            double best = -2;
            int nearest = -1;
            for (int c = 0; c < clustering.k(); c++) {
                double similarity = dot(vector, clustering.centres().get(c));
                if (similarity > best) {
                    best = similarity;
                    nearest = c;
                }
            }
            assertThat(clustering.cluster()[row]).isEqualTo(nearest);
            assertThat((double) clustering.similarity()[row]).isCloseTo(best, within(1e-5));
            for (int i = 0; i < 8; i++) {
                sums[nearest][i] += vector[i];
            }
        }
        for (int c = 0; c < clustering.k(); c++) {
            float[] sum = new float[8];
            for (int i = 0; i < 8; i++) {
                sum[i] = (float) sums[c][i];
            }
            float[] mean = Vectors.of(8, List.of(sum)).get(0);
            assertThat(dot(mean, clustering.centres().get(c))).isCloseTo(1, within(1e-4));
        }
    }

    @Test
    void isTheSameForTheSameSeed() {
        Vectors vectors = Vectors.of(16, TestVectors.random(500, 16, 9));
        Clustering one = K_MEANS.fit(vectors, 9, 7, Progress.NONE);
        Clustering other = K_MEANS.fit(vectors, 9, 7, Progress.NONE);
        assertThat(one.cluster()).isEqualTo(other.cluster());
        assertThat(one.cohesion()).isEqualTo(other.cohesion());
    }

    @Test
    void standsDegenerateDatasets() {
        Vectors none = Vectors.of(4, List.of());
        assertThat(K_MEANS.fitBest(none, 1, Progress.NONE).k()).isZero();
        Vectors one = Vectors.of(4, List.of(new float[] {1, 0, 0, 0}));
        assertThat(K_MEANS.fitBest(one, 1, Progress.NONE).k()).isEqualTo(1);
        Vectors same = Vectors.of(4, Collections.nCopies(50, new float[] {1, 1, 0, 0}));
        assertThat(K_MEANS.fitBest(same, 1, Progress.NONE).k()).isEqualTo(1);
        assertThat(K_MEANS.fit(same, 5, 1, Progress.NONE).k()).isEqualTo(1);
        assertThatThrownBy(() -> K_MEANS.fit(one, 2, 1, Progress.NONE)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }
}
