package dev.winnow.curation.duplicates;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Images that show the same as their survivor. Every member is within the threshold of the survivor itself, so groups do not
 * chain; the only other way in is a decision of a person.
 *
 * @param survivor the row of the image to keep
 * @param members the others, surest verdict first, then most similar first
 */
public record DuplicateGroup(int survivor, List<Member> members) {

    public DuplicateGroup {
        members = List.copyOf(members);
    }

    /** How a member relates to its survivor, the surest first. */
    public enum Verdict {
        /** The same bytes. */
        EXACT,
        /** Somebody said that it shows the same as the survivor, or as a member that is near it; nothing else does. */
        DECIDED,
        /** Other bytes, the same picture: within the threshold. */
        NEAR,
        /** Another picture of much the same: within the looser threshold only. */
        SIMILAR;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A member, how sure its verdict is, and the evidence for it.
     *
     * @param row the member's row
     * @param score how far within the threshold: 1 where it is the same, 0 on the threshold; 1 for exact and decided ones
     * @param similarity cosine similarity to the survivor, −1 to 1
     * @param scaleRatio their distance over the local scale; null where the dataset is too small to have one
     * @param hashDistance differing bits of the two perceptual hashes, 0 to 64: evidence from the pixels
     * @param decided whether a decision binds it to this group, whatever its verdict
     */
    public record Member(
            int row,
            Verdict verdict,
            double score,
            double similarity,
            @Nullable Double scaleRatio,
            int hashDistance,
            boolean decided) {}
}
