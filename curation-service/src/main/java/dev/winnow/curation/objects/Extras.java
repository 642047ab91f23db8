package dev.winnow.curation.objects;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.Box;
import dev.winnow.contract.ObjectBox;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an export says of an image where its format has no place for it: in a field, or in files, of our own. Formats that
 * keep boxes in their own way keep them here as well: a box that comes back as it went out has its id, its fractions of
 * pixels and its attributes again; one that was changed outside is what it was changed to.
 *
 * @param path of the image; null where the format says it
 * @param file of an archive, that stands for the image; null where there is none
 * @param size of the upright picture; null where the format says it
 * @param annotated whether anybody has looked for boxes
 * @param labels of the image; null for nothing said
 * @param split null for none
 * @param objects null where the format keeps them whole
 * @param attributes of the image's annotation; null for nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Extras(
        @Nullable String path,
        @Nullable String file,
        @Nullable Size size,
        boolean annotated,
        @Nullable List<String> labels,
        @Nullable List<String> tags,
        @Nullable String split,
        @Nullable List<Known> objects,
        @Nullable ObjectNode attributes) {

    /** @throws IllegalArgumentException if the size is none */
    public Extras {
        if (size != null && (size.width < 1 || size.height < 1)) {
            throw new IllegalArgumentException("expected a size of 1 pixel and up");
        }
        labels = labels == null ? null : List.copyOf(labels);
        tags = tags == null ? null : List.copyOf(tags);
        objects = objects == null ? null : List.copyOf(objects);
    }

    /** The name of the field, or of the folder, that they are kept in. */
    public static final String NAME = "winnow";

    /** What the names of files of them end in, in that folder: an image a line. */
    public static final String SUFFIX = ".ndjson";

    /** In pixels. */
    public record Size(long width, long height) {

        /** Whether at least a pixel of a box lies in a picture of this size. */
        public boolean shows(Box box) {
            return box.within((int) Math.min(width, Integer.MAX_VALUE), (int) Math.min(height, Integer.MAX_VALUE), 0)
                    .isPresent();
        }
    }

    /** A box as it is kept here. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Known(
            String id, String label, Box box, @Nullable ObjectNode attributes) {
        public Known {
            requireNonNull(id, "id");
            requireNonNull(label, "label");
            requireNonNull(box, "box");
        }

        public Known(ObjectBox object) {
            this(object.id(), object.label(), object.box(), object.attributes());
        }
    }

    /** Whether there is nothing to say. */
    @JsonIgnore
    public boolean isEmpty() {
        return annotated && (labels == null || labels.isEmpty()) && (tags == null || tags.isEmpty()) && split == null;
    }

    /** The boxes that went out, by how they were written: each is taken once. */
    static final class Written {
        private final Map<Object, Deque<Known>> byNotation = new HashMap<>();

        /** @param notation what identifies a box as its format writes it */
        Written(@Nullable Extras extras, Function<Known, Object> notation) {
            if (extras != null && extras.objects != null) {
                extras.objects.forEach(known -> byNotation
                        .computeIfAbsent(notation.apply(known), written -> new ArrayDeque<>())
                        .add(known));
            }
        }

        /** What was written so; null if nothing was, or no more. */
        @Nullable
        Known take(Object notation) {
            Deque<Known> same = byNotation.get(notation);
            return same == null ? null : same.poll();
        }
    }
}
