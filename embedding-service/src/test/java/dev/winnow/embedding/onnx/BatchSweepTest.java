package dev.winnow.embedding.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.winnow.embedding.onnx.BatchSweep.Measured;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSweepTest {

    @Test
    void takesTheSmallestBatchThatIsAboutAsFastAsAny() {
        assertThat(BatchSweep.choose(List.of(
                        new Measured(1, 100), new Measured(2, 180), new Measured(4, 291), new Measured(8, 300))))
                .isEqualTo(4);
        assertThat(BatchSweep.choose(List.of(new Measured(1, 100), new Measured(2, 99))))
                .isEqualTo(1);
        assertThat(BatchSweep.choose(List.of(new Measured(1, 100), new Measured(2, 104))))
                .isEqualTo(2);
    }

    @Test
    void staysWithWhatFitsIntoMemory() throws Exception {
        List<Integer> tried = new ArrayList<>();
        int best = BatchSweep.best(pictures -> {
            tried.add(pictures);
            if (pictures > 8) {
                throw new OrtException("out of memory");
            }
        });
        assertThat(best).isBetween(1, 8);
        assertThat(tried).doesNotContain(32);
    }

    @Test
    void failsWhereNotEvenOnePictureFits() {
        assertThatThrownBy(() -> BatchSweep.best(pictures -> {
                    throw new OrtException("out of memory");
                }))
                .isInstanceOf(OrtException.class);
    }
}
