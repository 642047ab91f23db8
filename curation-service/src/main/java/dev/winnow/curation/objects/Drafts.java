package dev.winnow.curation.objects;

import dev.winnow.contract.Box;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a file says of boxes, before anyone has looked whether there are such images. */
final class Drafts {

    /** A file with more is to be split: 300 bytes are held for each, besides what the file says of it. */
    static final int MAX_BOXES = 500_000;

    /** Of an archive: files of annotations, and as many images that an export says something of. */
    static final int MAX_FILES = 500_000;

    /** Names and the like that are held of an archive, beside its boxes. */
    private static final long MAX_CHARACTERS = 64L << 20;

    /**
     * A box.
     *
     * @param item where the file says it, for a person
     * @param id null where the file gives none
     * @param box in pixels, or in fractions of the picture
     * @param attributes a JSON object, as text, which takes a tenth of the room; null for nothing
     * @param relative whether the box is in fractions, which its format writes for want of the picture's size
     */
    record Draft(
            String item,
            @Nullable String id,
            String label,
            Box box,
            @Nullable String attributes,
            boolean relative) {

        Draft(String item, @Nullable String id, String label, Box box, @Nullable String attributes) {
            this(item, id, label, box, attributes, false);
        }

        /** A box that an export wrote, and that has come back unchanged. */
        Draft(String item, Extras.Known known) {
            this(
                    item,
                    known.id(),
                    known.label(),
                    known.box(),
                    known.attributes() == null ? null : known.attributes().toString());
        }

        Box pixels(DatasetImage image) {
            return relative
                    ? new Box(
                            box.x() * image.width(),
                            box.y() * image.height(),
                            box.width() * image.width(),
                            box.height() * image.height())
                    : box;
        }
    }

    /** What the file says of one image. */
    static final class OfImage {
        final String item;
        final String path;
        final List<Draft> boxes = new ArrayList<>();
        /** Where the file gives one. */
        Extras.@Nullable Size size;
        /** A JSON object as text. */
        @Nullable
        String attributes;
        /** Whether anything the file says of a box of this image could not be used. */
        boolean incomplete;
        /** Whether the file says that somebody has looked for boxes. */
        boolean annotated = true;
        /** Of the image; null where the file says nothing of them. */
        @Nullable
        List<String> labels;
        /** Whether the file says which tags and split the image has. */
        boolean decided;

        List<String> tags = List.of();

        @Nullable
        String split;

        OfImage(String item, String path) {
            this.item = item;
            this.path = path;
        }

        /** What an export said of the image; boxes, and what stands in the format itself, are the reader's. */
        void add(Extras extras) {
            annotated = extras.annotated();
            decided = true;
            labels = extras.labels() == null ? List.of() : extras.labels();
            tags = extras.tags() == null ? List.of() : extras.tags();
            split = extras.split();
            if (extras.size() != null) {
                size = extras.size();
            }
            if (extras.attributes() != null) {
                attributes = extras.attributes().toString();
            }
        }
    }

    final Map<String, OfImage> images = new LinkedHashMap<>();
    final Problems problems = new Problems();
    List<Categories.Category> categories = List.of();
    long boxes;
    private int files;
    private long characters;

    /** A file of an archive is held until all of it is known. */
    void holdFile(long itsCharacters) {
        if (++files > MAX_FILES) {
            throw tooMany();
        }
        hold(itsCharacters);
    }

    void hold(long more) {
        characters += more;
        if (characters > MAX_CHARACTERS) {
            throw new InvalidParameterException(
                    "body", "expected at most " + MAX_CHARACTERS + " characters of names in an archive: split it");
        }
    }

    static InvalidParameterException tooMany() {
        return new InvalidParameterException(
                "body", "expected at most " + MAX_FILES + " files of annotations in an archive: split it");
    }

    OfImage image(String item, String path) {
        return images.computeIfAbsent(path, name -> new OfImage(item, path));
    }
}
