package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private final Turns turns = new Turns();

    @Test
    void batchesWithoutACommonImageDoNotWait() throws Exception {
        try (Turns.Turn first = turns.take(images("a"));
                Turns.Turn second = turns.take(images("b"))) {
            second.await();
            first.await();
        }
    }

    @Test
    void aBatchWaitsForTheOneBeforeWithTheSameImage() throws Exception {
        Turns.Turn first = turns.take(images("a", "b"));
        Turns.Turn second = turns.take(images("b", "c"));
        Thread.currentThread().interrupt();
        assertThatThrownBy(second::await).isInstanceOf(InterruptedException.class);
        first.close();
        second.await();
        second.close();
    }

    /** In whatever order threads get to run: looks at an image are never two at once, and happen in order. */
    @Test
    void looksAtAnImageKeepTheirOrder() throws Exception {
        Random random = new Random(4);
        ConcurrentHashMap<ImageId, AtomicInteger> last = new ConcurrentHashMap<>();
        Set<ImageId> busy = ConcurrentHashMap.newKeySet();
        List<Future<?>> batches = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                int number = i;
                Set<ImageId> images = new HashSet<>();
                for (int k = 0; k < 3; k++) {
                    images.addAll(images("x" + random.nextInt(12)));
                }
                Turns.Turn turn = turns.take(images);
                batches.add(threads.submit(() -> {
                    try (turn) {
                        turn.await();
                        for (ImageId image : images) {
                            assertThat(busy.add(image)).isTrue();
                            assertThat(last.computeIfAbsent(image, any -> new AtomicInteger(-1))
                                            .getAndSet(number))
                                    .isLessThan(number);
                        }
                        busy.removeAll(images);
                    }
                    return null;
                }));
            }
            for (Future<?> batch : batches) {
                batch.get();
            }
        }
    }

    private static Set<ImageId> images(String... names) {
        Set<ImageId> images = new HashSet<>();
        for (String name : names) {
            images.add(ImageId.ofRawKey("a/" + name));
        }
        return images;
    }
}
