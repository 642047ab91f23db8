package dev.winnow.embedding.qdrant;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Some of many, each with the same chance, without knowing how many there will be. The same things in the same order and
 * the same seed give the same sample. Source: Vitter, Random Sampling with a Reservoir, 1985, algorithm R.
 */
final class Sample<T> {

    private final int size;
    private final SplittableRandom random;
    private final List<T> taken = new ArrayList<>();
    private long offered;

    Sample(int size, long seed) {
        this.size = size;
        this.random = new SplittableRandom(seed);
    }

    void offer(T thing) {
        offered++;
        if (taken.size() < size) {
            taken.add(thing);
        } else if (size > 0) {
            long place = random.nextLong(offered);
            if (place < size) {
                taken.set((int) place, thing);
            }
        }
    }

    List<T> taken() {
        return List.copyOf(taken);
    }
}
