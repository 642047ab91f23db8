package dev.winnow.curation.objects;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.Box;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.objects.Drafts.Draft;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads COCO's JSON (cocodataset.org, "data format", object detection), an element at a time and its arrays in any order.
 * A file's {@code file_name} is the path of the image. Of images and annotations every further field is kept; {@code
 * info} and {@code licenses} are not.
 */
final class CocoReader {

    private static final Set<String> OF_ANNOTATION = Set.of("id", "image_id", "category_id", "bbox", CocoFields.OBJECT);
    private static final Set<String> OF_IMAGE = Set.of("file_name", "width", "height", Extras.NAME);

    /** An annotation, while it is not known what its numbers stand for. */
    private record Annotation(
            String item,
            @Nullable String id,
            String image,
            String category,
            Box box,
            @Nullable String attributes) {}

    private final Drafts drafts = new Drafts();
    private final Map<String, Drafts.OfImage> images = new HashMap<>();
    private final Map<String, Categories.Category> categories = new LinkedHashMap<>();
    private final Set<String> imagesWithProblems = new HashSet<>();
    private final List<Annotation> annotations = new ArrayList<>();

    private final ObjectMapper json;

    private CocoReader(ObjectMapper json) {
        this.json = json;
    }

    /**
     * Reads a file. What is wrong with one element is noted, and disturbs no other.
     *
     * @throws IOException if it is no JSON
     * @throws InvalidParameterException if it is no such file
     */
    static Drafts read(InputStream file, ObjectMapper json) throws IOException {
        CocoReader reader = new CocoReader(json);
        try (JsonParser parser = json.createParser(file)) {
            reader.read(parser);
        }
        return reader.resolved();
    }

    private void read(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw notCoco("an object (of Label Studio's list of tasks say format=label-studio)");
        }
        List<String> found = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            found.add(field);
            parser.nextToken();
            switch (field) {
                case "images" -> elements(field, parser, this::image);
                case "categories" -> elements(field, parser, this::category);
                case "annotations" -> elements(field, parser, this::annotation);
                default -> parser.skipChildren();
            }
        }
        if (!found.containsAll(List.of("images", "categories", "annotations"))) {
            throw notCoco("an object with images, categories and annotations, got " + found);
        }
    }

    private void elements(String field, JsonParser parser, Consumer<ObjectNode> consumer) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw notCoco("a list of " + field);
        }
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            JsonNode element = parser.readValueAsTree();
            if (element instanceof ObjectNode object) {
                consumer.accept(object);
            } else {
                drafts.problems.add(field + "[" + i + "]", "", "expected an object");
            }
        }
    }

    private void image(ObjectNode image) {
        String id = key(image, "id");
        String item = "image " + id;
        String path = image.path("file_name").asText("");
        if (id.isEmpty() || path.isEmpty()) {
            drafts.problems.add(item, path, "expected id and file_name");
            return;
        }
        Drafts.OfImage draft = drafts.image(item, path);
        images.put(id, draft);
        if (image.path("width").isNumber() && image.path("height").isNumber()) {
            draft.size = new Extras.Size(
                    image.path("width").asLong(), image.path("height").asLong());
        }
        extras(item, path, image.path(Extras.NAME)).ifPresent(draft::add);
        draft.attributes = rest(image, OF_IMAGE);
    }

    private Optional<Extras> extras(String item, String path, JsonNode field) {
        if (field.isMissingNode()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(json.treeToValue(field, Extras.class));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            drafts.problems.add(item, path, Extras.NAME + ": expected what an export says there");
            return Optional.empty();
        }
    }

    private void category(ObjectNode category) {
        String name = category.path("name").asText("");
        if (!category.path("id").canConvertToLong() || name.isEmpty()) {
            drafts.problems.add("category " + key(category, "id"), "", "expected a whole number as id, and a name");
            return;
        }
        String parent = category.path("supercategory").asText("");
        categories.put(
                key(category, "id"),
                new Categories.Category(category.path("id").asLong(), name, parent.isEmpty() ? null : parent));
    }

    private void annotation(ObjectNode annotation) {
        if (++drafts.boxes > Drafts.MAX_BOXES) {
            throw new InvalidParameterException(
                    "annotations", "expected at most " + Drafts.MAX_BOXES + " in a file: split it");
        }
        String id = annotation.path(CocoFields.OBJECT).asText(key(annotation, "id"));
        String item = "annotation " + id;
        String image = key(annotation, "image_id");
        try {
            annotations.add(new Annotation(
                    item,
                    id.isEmpty() ? null : id,
                    image,
                    key(annotation, "category_id"),
                    box(annotation.path("bbox")),
                    rest(annotation, OF_ANNOTATION)));
        } catch (IllegalArgumentException e) {
            imagesWithProblems.add(image);
            drafts.problems.add(item, image.isEmpty() ? "" : "image " + image, "bbox: " + e.getMessage());
        }
    }

    private static Box box(JsonNode bbox) {
        List<Double> numbers = new ArrayList<>();
        for (JsonNode number : bbox) {
            if (!number.isNumber()) {
                throw new IllegalArgumentException("expected four numbers, got " + bbox);
            }
            numbers.add(number.doubleValue());
        }
        return Box.of(numbers);
    }

    /** The annotations, each at its image and with its category's name. */
    private Drafts resolved() {
        for (Annotation annotation : annotations) {
            Drafts.OfImage image = images.get(annotation.image);
            Categories.Category category = categories.get(annotation.category);
            if (image == null) {
                drafts.problems.add(annotation.item, "", "no image " + annotation.image + " in this file");
            } else if (category == null) {
                imagesWithProblems.add(annotation.image);
                drafts.problems.add(
                        annotation.item, image.path, "no category " + annotation.category + " in this file");
            } else {
                image.boxes.add(new Draft(
                        annotation.item, annotation.id, category.name(), annotation.box, annotation.attributes));
            }
        }
        imagesWithProblems.forEach(id -> {
            Drafts.OfImage image = images.get(id);
            if (image != null) {
                image.incomplete = true;
            }
        });
        drafts.categories = List.copyOf(categories.values());
        return drafts;
    }

    /** An id as text: COCO's are whole numbers, but some tools write strings. */
    private static String key(ObjectNode element, String field) {
        return element.path(field).asText("");
    }

    private static @Nullable String rest(ObjectNode element, Set<String> taken) {
        element.remove(taken);
        return element.isEmpty() ? null : element.toString();
    }

    private static InvalidParameterException notCoco(String expected) {
        return new InvalidParameterException("body", "expected COCO's JSON: " + expected);
    }
}
