package dev.winnow.contract;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something in an image, and where.
 *
 * @param id unique within the image; 1 to {@value #MAX_ID} characters
 * @param label its class; 1 to {@value #MAX_LABEL} characters
 * @param attributes whatever else is known of it, kept as it came; null for nothing
 * @param source where it came from, for example {@code coco}; null where nobody said
 * @param at when it was written
 * @param by who wrote it, a person or a tool; null where nobody said
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ObjectBox(
        String id,
        String label,
        Box box,
        @Nullable ObjectNode attributes,
        @Nullable String source,
        Instant at,
        @Nullable String by) {

    public static final int MAX_ID = 100;
    public static final int MAX_LABEL = 200;
    public static final int MAX_SOURCE = 100;
    public static final int MAX_BY = 128;

    /** Of the attributes as JSON, in characters: a segmentation of some thousand points. */
    public static final int MAX_ATTRIBUTES = 65_536;

    /** @throws IllegalArgumentException if a text is blank, too long or has control characters */
    public ObjectBox {
        check("id", id, MAX_ID);
        check("label", label, MAX_LABEL);
        requireNonNull(box, "box");
        requireNonNull(at, "at");
        if (source != null) {
            check("source", source, MAX_SOURCE);
        }
        if (by != null) {
            check("by", by, MAX_BY);
        }
        if (attributes != null && attributes.toString().length() > MAX_ATTRIBUTES) {
            throw new IllegalArgumentException("expected attributes of at most " + MAX_ATTRIBUTES + " characters");
        }
    }

    /** A box of which nobody said who wrote it. */
    public ObjectBox(
            String id, String label, Box box, @Nullable ObjectNode attributes, @Nullable String source, Instant at) {
        this(id, label, box, attributes, source, at, null);
    }

    /** An id for a box that came without one: the same box with the same label has the same id, whenever it comes. */
    public static String idFor(ImageId image, String label, Box box) {
        return NameUuid.of(image.value(), label + box.numbers()).toString();
    }

    private static void check(String field, String text, int limit) {
        if (text.isBlank() || text.length() > limit || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "expected as " + field + " 1 to " + limit + " characters, none of them a control character");
        }
    }
}
