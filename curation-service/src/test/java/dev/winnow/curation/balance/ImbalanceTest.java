package dev.winnow.curation.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ImbalanceTest {

    @Property
    void isWhatTheFormulasSay(@ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 500) Integer> counts) {
        Imbalance imbalance = Imbalance.of(counts);
        double total = counts.stream().mapToInt(Integer::intValue).sum();
        double entropy = counts.stream()
                .mapToDouble(count -> -count / total * Math.log(count / total))
                .sum();
        double differences = 0;
        for (int one : counts) {
            for (int other : counts) {
                differences += Math.abs(one - other) / 2.0;
            }
        }
        assertThat(imbalance.effectiveClasses()).isCloseTo(Math.exp(entropy), within(1e-9));
        assertThat(imbalance.normalisedEntropy())
                .isCloseTo(counts.size() == 1 ? 1 : entropy / Math.log(counts.size()), within(1e-9));
        assertThat(imbalance.gini()).isCloseTo(differences / (counts.size() * total), within(1e-9));
        assertThat(imbalance.gini()).isBetween(-1e-12, 1 - 1.0 / counts.size() + 1e-12);
        assertThat(imbalance.ratio())
                .isEqualTo((double) counts.stream()
                                .mapToInt(Integer::intValue)
                                .max()
                                .orElseThrow()
                        / counts.stream().mapToInt(Integer::intValue).min().orElseThrow());
    }

    @Test
    void ofEqualClassesIsNone() {
        Imbalance imbalance = Imbalance.of(List.of(7, 7, 7, 0));
        assertThat(imbalance.classes()).isEqualTo(3);
        assertThat(imbalance.total()).isEqualTo(21);
        assertThat(imbalance.ratio()).isEqualTo(1);
        assertThat(imbalance.normalisedEntropy()).isCloseTo(1, within(1e-12));
        assertThat(imbalance.effectiveClasses()).isCloseTo(3, within(1e-12));
        assertThat(imbalance.gini()).isZero();
    }

    @Test
    void ofNothingHasNoRatio() {
        assertThat(Imbalance.of(List.of())).isEqualTo(new Imbalance(0, 0, null, 1, 0, 0));
    }
}
