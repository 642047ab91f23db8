package dev.winnow.embedding.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallersTest {

    @Test
    void everyPieceIsDoneOnce() throws InterruptedException {
        ConcurrentLinkedQueue<Integer> done = new ConcurrentLinkedQueue<>();
        Callers.each(4, 1000, (caller, number) -> done.add(number));
        assertThat(done)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 1000).boxed().toList());
    }

    @Test
    void allPiecesAreBegunAlsoWhenTheTimeIsOver() throws InterruptedException {
        ConcurrentLinkedQueue<Integer> done = new ConcurrentLinkedQueue<>();
        double rate = Callers.rate(2, Duration.ZERO, 100, (caller, number) -> done.add(number));
        assertThat(rate).isPositive();
        assertThat(List.copyOf(done))
                .containsAll(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void workThatFailsIsNoFigure() {
        assertThatThrownBy(() -> Callers.each(2, 10, (caller, number) -> {
                    throw new IOException("piece " + number);
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(IOException.class);
    }
}
