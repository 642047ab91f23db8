package dev.winnow.curation.objects;

import dev.winnow.contract.Box;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a file says of boxes, before anyone has looked whether there are such images. */
final class Drafts {

    /** A file with more is to be split: 300 bytes are held for each, besides what the file says of it. */
    static final int MAX_BOXES = 500_000;

    /**
     * A box.
     *
     * @param item where the file says it, for a person
     * @param id null where the file gives none
     * @param attributes a JSON object, as text, which takes a tenth of the room; null for nothing
     */
    record Draft(
            String item,
            @Nullable String id,
            String label,
            Box box,
            @Nullable String attributes) {}

    /** The size of a picture in pixels, as the file has it. */
    record Size(long width, long height) {}

    /** What the file says of one image. */
    static final class OfImage {
        final String item;
        final String path;
        final List<Draft> boxes = new ArrayList<>();
        /** Where the file gives one. */
        @Nullable
        Size size;
        /** A JSON object as text. */
        @Nullable
        String attributes;
        /** Whether anything the file says of a box of this image could not be used. */
        boolean incomplete;

        OfImage(String item, String path) {
            this.item = item;
            this.path = path;
        }
    }

    final Map<String, OfImage> images = new LinkedHashMap<>();
    final Problems problems = new Problems();
    List<Categories.Category> categories = List.of();
    long boxes;

    OfImage image(String item, String path) {
        return images.computeIfAbsent(path, name -> new OfImage(item, path));
    }
}
