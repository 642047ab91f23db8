package dev.winnow.curation.exports;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Whole numbers as ids, each once: what had one before keeps it, unless it is taken; others get one that no file is likely to
 * have. Numbers that were kept are remembered, at some 100 bytes for each 64 that follow one another; the others are
 * counted, which takes nothing.
 */
final class Numbers {

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,15}");

    /** Where those begin that are given here; every reader of JSON understands whole numbers to 2^53. */
    private static final long FIRST_GIVEN = 1L << 52;

    private final Map<Long, Long> kept = new HashMap<>();
    private long next = FIRST_GIVEN;

    /** The wanted number if it is one and free, otherwise the next that is given. */
    long number(String wanted) {
        if (NUMBER.matcher(wanted).matches()) {
            long number = Long.parseLong(wanted);
            if (number < FIRST_GIVEN && keep(number)) {
                return number;
            }
        }
        return next++;
    }

    private boolean keep(long number) {
        long bit = 1L << (number & 63);
        long word = kept.getOrDefault(number >> 6, 0L);
        kept.put(number >> 6, word | bit);
        return (word & bit) == 0;
    }
}
