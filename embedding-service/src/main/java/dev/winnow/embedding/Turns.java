package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Lets several batches run at the same time without two looks at one image overtaking each other: a batch waits for those
 * before it that share an image with it.
 */
public final class Turns {

    private final List<Turn> running = new ArrayList<>();

    /** A batch's place in the order. */
    public final class Turn implements AutoCloseable {
        private final Set<ImageId> images;
        private final CompletableFuture<?> mayBegin;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        private Turn(Set<ImageId> images, List<Turn> before) {
            this.images = images;
            this.mayBegin = CompletableFuture.allOf(
                    before.stream().map(turn -> turn.ended).toArray(CompletableFuture[]::new));
        }

        /** Waits until it is this batch's turn. */
        public void await() throws InterruptedException {
            try {
                mayBegin.get();
            } catch (ExecutionException e) {
                throw new AssertionError("turns end, they do not fail", e);
            }
        }

        /** Ends the turn, however the batch went. */
        @Override
        public void close() {
            synchronized (running) {
                running.remove(this);
            }
            ended.complete(null);
        }
    }

    /** Takes the next place in the order, for a batch about these images. */
    public Turn take(Set<ImageId> images) {
        synchronized (running) {
            List<Turn> before = running.stream()
                    .filter(turn -> turn.images.stream().anyMatch(images::contains))
                    .toList();
            Turn turn = new Turn(Set.copyOf(images), before);
            running.add(turn);
            return turn;
        }
    }
}
