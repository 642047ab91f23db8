package dev.winnow.curation.selection;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * How many images of each group are chosen, at least and at most.
 *
 * @param group of each candidate, numbered from 0
 * @param least of each group; counts those chosen from the candidates, not what was there before
 * @param most of each group
 */
public record Limits(int[] group, int[] least, int[] most) {

    /** @throws IllegalArgumentException if a group has a least number above its most */
    public Limits {
        for (int g = 0; g < least.length; g++) {
            if (least[g] > most[g]) {
                throw new IllegalArgumentException("at least " + least[g] + ", at most " + most[g]);
            }
        }
    }

    /** No limits: one group of all. */
    public static Limits none(int candidates) {
        return new Limits(new int[candidates], new int[] {0}, new int[] {Integer.MAX_VALUE});
    }

    /**
     * As many of each group as make all groups as equal as possible, counting what is there before: each next one goes to the
     * smallest group that has a candidate left, of equally small ones to that with the most candidates.
     *
     * @param there how many of each group are chosen already
     * @param available how many of each group can be chosen
     */
    public static int[] equalShares(int[] there, int[] available, int n) {
        int[] shares = new int[there.length];
        PriorityQueue<Integer> smallest =
                new PriorityQueue<>(Comparator.comparingInt((Integer g) -> there[g] + shares[g])
                        .thenComparing(g -> available[g], Comparator.reverseOrder())
                        .thenComparing(Comparator.naturalOrder()));
        for (int g = 0; g < there.length; g++) {
            if (available[g] > 0) {
                smallest.add(g);
            }
        }
        for (int given = 0; given < n && !smallest.isEmpty(); given++) {
            int g = smallest.remove();
            shares[g]++;
            if (shares[g] < available[g]) {
                smallest.add(g);
            }
        }
        return shares;
    }

    /** The same, the least numbers cut to what is there. */
    Limits possible() {
        int[] available = new int[least.length];
        for (int g : group) {
            available[g]++;
        }
        int[] cut = least.clone();
        Arrays.setAll(cut, g -> Math.min(cut[g], available[g]));
        return new Limits(group, cut, most);
    }
}
