package dev.winnow.curation.decisions;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What becomes of an image. None of them deletes anything. */
public enum Verdict {
    /** It is worth keeping, and its labels are right. */
    KEEP,
    /** What is chosen, learnt and split leaves it out. */
    DROP,
    /** It stays, with other labels than it had. */
    RELABEL;

    /** All names, as they are written. */
    public static final List<String> NAMES =
            Arrays.stream(values()).map(Verdict::toString).toList();

    /** By its name; empty if there is none of that name. */
    public static Optional<Verdict> of(String name) {
        return Arrays.stream(values())
                .filter(verdict -> verdict.toString().equals(name))
                .findFirst();
    }

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
