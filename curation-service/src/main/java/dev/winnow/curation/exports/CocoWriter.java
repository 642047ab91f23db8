package dev.winnow.curation.exports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.ObjectBox;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.objects.Categories;
import dev.winnow.curation.objects.Categories.Category;
import dev.winnow.curation.objects.CocoFields;
import dev.winnow.curation.objects.Extras;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes COCO's JSON, image by image. Images, annotations and categories keep the numbers they came with; what has none,
 * or one that is taken, gets another ({@link Numbers}). The images wait in a temporary file, since COCO keeps them apart.
 * What COCO has no place for, labels, tags and split of an image, and that nobody has annotated it, is in the image's field
 * {@value Extras#NAME}.
 */
final class CocoWriter implements AnnotationWriter {

    private final ObjectMapper json;
    private final OutputStream out;
    private final Path imagesFile;
    private final Elements annotations;
    private final Elements images;
    private final Numbers imageIds = new Numbers();
    private final Numbers annotationIds = new Numbers();
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

    @Override
    public void write(List<ExportedImage> part) throws IOException {
        for (ExportedImage image : part) {
            image(image);
        }
    }

    private void image(ExportedImage exported) throws IOException {
        DatasetImage image = exported.image();
        ObjectNode attributes = attributes(
                exported.objects() == null ? null : exported.objects().attributes());
        long imageId = imageIds.number(attributes.path("id").asText(""));
        // What is COCO's own is the image's, whatever its attributes call so.
        ObjectNode entry = attributes.without(Extras.NAME);
        entry.put("id", imageId)
                .put("file_name", image.path())
                .put("width", image.width())
                .put("height", image.height());
        Extras extras = exported.extras();
        if (!extras.isEmpty()) {
            entry.set(Extras.NAME, json.valueToTree(extras));
        }
        images.add(entry);
        for (ObjectBox object : exported.boxes()) {
            annotations.add(annotation(imageId, object));
        }
    }

    private ObjectNode annotation(long imageId, ObjectBox object) {
        long id = annotationIds.number(object.id());
        ObjectNode entry = attributes(object.attributes()).without(CocoFields.OBJECT);
        entry.put("id", id).put("image_id", imageId).put("category_id", category(object.label()));
        ArrayNode box = entry.putArray("bbox");
        object.box().numbers().forEach(box::add);
        // Readers count on these two.
        if (!entry.has("area")) {
            entry.put("area", object.box().width() * object.box().height());
        }
        if (!entry.has("iscrowd")) {
            entry.put("iscrowd", 0);
        }
        if (!object.id().equals(Long.toString(id))) {
            entry.put(CocoFields.OBJECT, object.id());
        }
        return entry;
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

    /** Writes what waits, and the end of the file. */
    @Override
    public void finish() throws IOException {
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
