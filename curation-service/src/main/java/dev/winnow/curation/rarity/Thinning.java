package dev.winnow.curation.rarity;

import dev.winnow.curation.Progress;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Thins common images out until a budget is met: of the two images nearest to each other one goes, over and over. So the
 * densest regions lose most, the least distance between those left only grows, and an image whose nearest other is
 * farther away than that in the end stays for certain. Greedy sample elimination, as Yuksel ("Sample Elimination for
 * Generating Poisson Disk Sample Sets", 2015), whose weight is here the distance to the nearest alone. Exact and
 * deterministic, without a seed.
 *
 * <p>Each image remembers its {@value #REMEMBERED} nearest; where all of them are gone, it is compared with all that are
 * left. Cost O(n² · d), as a rule once to three times; memory 8 · {@value #REMEMBERED} + 40 bytes an image, and a second
 * copy of the vectors.
 */
public final class Thinning {

    private static final int REMEMBERED = 32;
    /** When some have to look anew, so do those that soon would: each look is a pass over all that are left. */
    private static final int FEW = 8;

    private static final int REPORT_EVERY = 256;

    private final Neighbours neighbours;

    public Thinning(Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /**
     * Why a row went.
     *
     * @param near the row nearest to it then; it may have gone later, for another one
     * @param distance their cosine distance, the least of all at that time
     */
    public record Removal(int row, int near, double distance) {}

    /**
     * What is left, and what is not.
     *
     * @param kept rows, ascending
     * @param removed in the order they went
     * @param leastBefore the least cosine distance between two images, before
     * @param leastAfter the same of those kept: no removal was at a larger distance; positive infinity if only one is left
     */
    public record Thinned(List<Integer> kept, List<Removal> removed, double leastBefore, double leastAfter) {}

    /** A row, and a distance below which it has no neighbour. */
    private record Bound(double distance, int row) {}

    /**
     * Thins to {@code n} images.
     *
     * @param n at least 1; nothing is removed where there are no more images than that
     * @param order which of two images stays, the first one; a total order of rows
     */
    public Thinned thin(Vectors vectors, int n, Comparator<Integer> order, Progress progress) {
        return new Run(vectors, n, order, progress).thinned();
    }

    private final class Run {

        private final Vectors vectors;
        private final int n;
        private final Comparator<Integer> order;
        private final Progress progress;
        private final BitSet left;
        private int size;
        /** Of each row: its nearest at the last look, nearest first, how many there are, and how many of them are gone. */
        private final int[] near;

        private final float[] similarity;
        private final int[] known;
        private final int[] gone;
        private final PriorityQueue<Bound> closest =
                new PriorityQueue<>(Comparator.comparingDouble(Bound::distance).thenComparingInt(Bound::row));

        Run(Vectors vectors, int n, Comparator<Integer> order, Progress progress) {
            this.vectors = vectors;
            this.n = n;
            this.order = order;
            this.progress = progress;
            this.size = vectors.size();
            this.left = new BitSet(size);
            left.set(0, size);
            this.near = new int[size * REMEMBERED];
            this.similarity = new float[size * REMEMBERED];
            this.known = new int[size];
            this.gone = new int[size];
        }

        Thinned thinned() {
            int[] all = left.stream().toArray();
            remember(all, neighbours.join(vectors, REMEMBERED, progress.part(0, 0.5)), all);
            for (int row = 0; row < size && size > 1; row++) {
                closest.add(new Bound(distance(row, 0), row));
            }
            List<Removal> removed = new ArrayList<>();
            Removal next = nextOf();
            double leastBefore = next.distance;
            while (size > n) {
                if (removed.size() % REPORT_EVERY == 0) {
                    progress.at("thinning", done());
                }
                removed.add(next);
                left.clear(next.row);
                size--;
                next = nextOf();
            }
            return new Thinned(left.stream().boxed().toList(), removed, leastBefore, next.distance);
        }

        /** Of the two images nearest to each other the one to go. */
        private Removal nextOf() {
            while (size > 1) {
                Bound bound = closest.remove();
                int row = bound.row;
                if (!left.get(row)) {
                    continue;
                }
                while (gone[row] < known[row] && !left.get(near[row * REMEMBERED + gone[row]])) {
                    gone[row]++;
                }
                // Whoever is beyond the ones remembered is no nearer than the last of them.
                double distance = distance(row, Math.min(gone[row], known[row] - 1));
                if (distance > bound.distance) {
                    closest.add(new Bound(distance, row));
                } else if (gone[row] == known[row]) {
                    closest.add(bound);
                    lookAnew();
                } else {
                    closest.add(bound);
                    int other = near[row * REMEMBERED + gone[row]];
                    return order.compare(row, other) < 0
                            ? new Removal(other, row, distance)
                            : new Removal(row, other, distance);
                }
            }
            return new Removal(-1, -1, Double.POSITIVE_INFINITY);
        }

        private double distance(int row, int rank) {
            return Math.max(0, 1 - similarity[row * REMEMBERED + rank]);
        }

        /** Compares the rows that remember too few with all that are left. */
        private void lookAnew() {
            int[] all = left.stream().toArray();
            int[] few = left.stream().filter(this::remembersFew).toArray();
            Neighbours.Nearest found = neighbours.nearest(
                    vectors.select(few),
                    vectors.select(all),
                    REMEMBERED + 1,
                    (stage, fraction) -> progress.at("thinning", done()));
            remember(few, found, all);
        }

        private boolean remembersFew(int row) {
            int there = 0;
            for (int rank = gone[row]; rank < known[row] && there < FEW; rank++) {
                there += left.get(near[row * REMEMBERED + rank]) ? 1 : 0;
            }
            return there < FEW;
        }

        /** Takes note of the nearest of {@code rows}, as rows of {@code base}; a row itself is passed over. */
        private void remember(int[] rows, Neighbours.Nearest nearest, int[] base) {
            for (int i = 0; i < rows.length; i++) {
                int row = rows[i];
                known[row] = 0;
                gone[row] = 0;
                for (int rank = 0; rank < nearest.k() && known[row] < REMEMBERED; rank++) {
                    int other = base[nearest.row(i, rank)];
                    if (other != row) {
                        near[row * REMEMBERED + known[row]] = other;
                        similarity[row * REMEMBERED + known[row]] = nearest.similarity(i, rank);
                        known[row]++;
                    }
                }
            }
        }

        private double done() {
            return 0.5 + 0.5 * (vectors.size() - size) / Math.max(1, vectors.size() - n);
        }
    }
}
