package dev.winnow.curation.objects;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.objects.Categories.Category;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes COCO's JSON, image by image. Images, annotations and categories keep the numbers they came with; what has none,
 * or one that is taken, gets another that is the same each time. What grows with the dataset is some 50 bytes a box, for
 * the numbers in use; the images wait in a temporary file, since COCO keeps them apart.
 */
final class CocoWriter implements AutoCloseable {

    /** Where an annotation keeps the id of a box that is no whole number. */
    static final String OBJECT = "object";

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,15}");

    /** The largest whole number that every reader of JSON understands: 2^53 − 1. */
    private static final long MAX_NUMBER = (1L << 53) - 1;

    private final ObjectMapper json;
    private final OutputStream out;
    private final Path imagesFile;
    private final Elements annotations;
    private final Elements images;
    private final Set<Long> imageIds = new HashSet<>();
    private final Set<Long> annotationIds = new HashSet<>();
    private final List<Category> categories;
    private final Map<String, Long> categoryIds;
    private long nextCategory;

    CocoWriter(OutputStream out, Categories categories, ObjectMapper json) throws IOException {
        this.json = json;
        this.out = out;
        this.categories = new ArrayList<>(categories.categories());
        this.categoryIds = categories.byName();
        this.nextCategory =
                1 + categoryIds.values().stream().mapToLong(id -> id).max().orElse(0);
        this.imagesFile = Files.createTempFile("coco-images", ".json");
        this.images = new Elements(new BufferedOutputStream(Files.newOutputStream(imagesFile)));
        this.annotations = new Elements(out);
        text("{\"annotations\":[");
    }

    /** The elements of a JSON list. */
    private final class Elements {
        private final OutputStream to;
        private boolean first = true;

        Elements(OutputStream to) {
            this.to = to;
        }

        void add(ObjectNode element) throws IOException {
            if (!first) {
                to.write(',');
            }
            first = false;
            to.write(json.writeValueAsBytes(element));
        }
    }

    void image(DatasetImage image, ImageObjects objects) throws IOException {
        ObjectNode attributes = attributes(objects.attributes());
        long imageId = number(attributes.path("id").asText(), image.id().value(), imageIds);
        ObjectNode entry = json.createObjectNode();
        entry.put("id", imageId)
                .put("file_name", image.path())
                .put("width", image.width())
                .put("height", image.height());
        attributes.remove("id");
        images.add(entry.setAll(attributes));
        for (ObjectBox object : objects.objects()) {
            annotations.add(annotation(imageId, image, object));
        }
    }

    private ObjectNode annotation(long imageId, DatasetImage image, ObjectBox object) {
        long id = number(object.id(), ObjectId.of(image.id(), object.id()).value(), annotationIds);
        ObjectNode entry = json.createObjectNode();
        entry.put("id", id).put("image_id", imageId).put("category_id", category(object.label()));
        ArrayNode box = entry.putArray("bbox");
        object.box().numbers().forEach(box::add);
        // Readers count on these two.
        entry.put("area", object.box().width() * object.box().height()).put("iscrowd", 0);
        if (!object.id().equals(Long.toString(id))) {
            entry.put(OBJECT, object.id());
        }
        return entry.setAll(attributes(object.attributes()));
    }

    private ObjectNode attributes(@Nullable ObjectNode attributes) {
        return attributes == null ? json.createObjectNode() : attributes.deepCopy();
    }

    private long category(String label) {
        return categoryIds.computeIfAbsent(label, name -> {
            categories.add(new Category(nextCategory, name, null));
            return nextCategory++;
        });
    }

    /** The wanted number if it is one and free, otherwise one made from the point's id. */
    private static long number(String wanted, UUID otherwise, Set<Long> used) {
        if (NUMBER.matcher(wanted).matches() && used.add(Long.valueOf(wanted))) {
            return Long.parseLong(wanted);
        }
        long number = (otherwise.getMostSignificantBits() ^ otherwise.getLeastSignificantBits()) & MAX_NUMBER;
        while (!used.add(number)) {
            number = (number + 1) & MAX_NUMBER;
        }
        return number;
    }

    /** Writes what waits, and the end of the file. */
    void finish() throws IOException {
        images.to.close();
        text("],\"images\":[");
        Files.copy(imagesFile, out);
        text("],\"categories\":");
        out.write(json.writeValueAsBytes(categories));
        text("}");
        out.flush();
    }

    private void text(String part) throws IOException {
        out.write(part.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        images.to.close();
        Files.deleteIfExists(imagesFile);
    }
}
