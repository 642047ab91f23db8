package dev.winnow.curation.duplicates;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;

/**
 * Images that show the same as their survivor. Every member is close to the survivor itself: groups do not chain.
 *
 * @param survivor the row of the image to keep
 * @param members the others, most similar first
 */
public record DuplicateGroup(int survivor, List<Member> members) {

    public DuplicateGroup {
        members = List.copyOf(members);
    }

    /** How a member relates to its survivor. */
    public enum Verdict {
        /** The same bytes. */
        EXACT,
        /** Other bytes, the same picture: at least as similar as the threshold. */
        NEAR;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param row the member's row
     * @param similarity cosine similarity to the survivor, −1 to 1
     * @param hashDistance differing bits of the two perceptual hashes, 0 to 64: evidence from the pixels
     */
    public record Member(int row, Verdict verdict, double similarity, int hashDistance) {}
}
