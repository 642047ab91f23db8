package dev.winnow.embedding.onnx;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Finds how many pictures of a forward pass are enough: the fewest with which a card is about as fast as with any number, so
 * that a batch takes no more time and memory than it has to.
 */
final class BatchSweep {

    private static final Logger LOG = Logger.getLogger(BatchSweep.class);

    /** What is given away of the highest rate for a smaller batch. */
    private static final double ENOUGH = 0.97;

    private static final int LARGEST = 256;
    private static final int RUNS = 5;

    private BatchSweep() {}

    /** Does a forward pass over so many pictures, and fails where there is not enough memory. */
    interface Pass {
        void run(int pictures) throws OrtException;
    }

    /** @param rate pictures a second */
    record Measured(int batch, double rate) {}

    /** Tries 1, 2, 4, … pictures until memory or {@value #LARGEST} is reached, or two doublings gained nothing. */
    static int best(Pass pass) throws OrtException {
        List<Measured> measured = new ArrayList<>();
        for (int batch = 1; batch <= LARGEST && !isFlat(measured); batch *= 2) {
            try {
                // The first pass of a new shape chooses algorithms and takes memory.
                pass.run(batch);
                long begun = System.nanoTime();
                for (int i = 0; i < RUNS; i++) {
                    pass.run(batch);
                }
                measured.add(new Measured(batch, batch * RUNS * 1e9 / (System.nanoTime() - begun)));
            } catch (OrtException e) {
                if (measured.isEmpty()) {
                    throw e;
                }
                LOG.infof("batches of %d do not fit: %s", batch, e.getMessage());
                break;
            }
        }
        int chosen = choose(measured);
        LOG.infof("pictures of a forward pass: %d, of %s", chosen, measured);
        return chosen;
    }

    private static boolean isFlat(List<Measured> measured) {
        int n = measured.size();
        return n >= 3
                && measured.get(n - 1).rate() < measured.get(n - 3).rate() / ENOUGH
                && measured.get(n - 2).rate() < measured.get(n - 3).rate() / ENOUGH;
    }

    /** The smallest batch of those that come near the highest rate. */
    static int choose(List<Measured> measured) {
        double highest = measured.stream().mapToDouble(Measured::rate).max().orElseThrow();
        return measured.stream()
                .filter(one -> one.rate() >= ENOUGH * highest)
                .mapToInt(Measured::batch)
                .min()
                .orElseThrow();
    }
}
