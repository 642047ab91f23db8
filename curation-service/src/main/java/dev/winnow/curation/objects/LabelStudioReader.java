package dev.winnow.curation.objects;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.objects.Drafts.Draft;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads Label Studio's JSON (labelstud.io, "Label Studio JSON format of annotated tasks"), a task at a time. Of a task's
 * annotations the last that was not cancelled counts; predictions are none. Rectangles become boxes and choices labels of the image;
 * anything else is reported.
 */
final class LabelStudioReader {

    private final Drafts drafts = new Drafts();
    private final ObjectMapper json;
    private final PathSearch paths;
    private final List<Task> tasks = new ArrayList<>();

    /** What a task says, while it is not known of which image. */
    private static final class Task {
        final String item;
        final List<String> candidates;
        final List<Draft> boxes = new ArrayList<>();
        final Set<String> labels = new LinkedHashSet<>();

        @Nullable
        Extras known;

        Extras.@Nullable Size size;
        boolean annotated;
        boolean incomplete;
        boolean choices;

        Task(String item, List<String> candidates) {
            this.item = item;
            this.candidates = candidates;
        }
    }

    /** How a box that was exported stood there. */
    private record Notation(String id, String label, PercentCoordinates box) {}

    LabelStudioReader(ObjectMapper json, PathSearch paths) {
        this.json = json;
        this.paths = paths;
    }

    /**
     * Reads a file. What is wrong with one task or region is noted, and disturbs no other.
     *
     * @throws IOException if it is no JSON
     * @throws InvalidParameterException if it is no such file
     */
    Drafts read(InputStream file) throws IOException {
        try (JsonParser parser = json.createParser(file)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new InvalidParameterException("body", "expected Label Studio's JSON: a list of tasks");
            }
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                JsonNode element = parser.readValueAsTree();
                if (element instanceof ObjectNode task) {
                    task(task.hasNonNull("id") ? "task " + task.path("id").asText() : "task [" + i + "]", task);
                } else {
                    drafts.problems.add("task [" + i + "]", "", "expected an object");
                }
            }
        }
        resolve();
        return drafts;
    }

    private void task(String item, ObjectNode json) {
        List<String> candidates = candidates(json.path("data"));
        if (candidates.isEmpty()) {
            drafts.problems.add(item, "", "data.image: expected the address of an image");
            return;
        }
        Task task = new Task(item, candidates);
        task.known = known(item, json.path("meta").path(Extras.NAME));
        if (task.known != null) {
            task.size = task.known.size();
        }
        List<JsonNode> annotations = StreamSupport.stream(
                        json.path("annotations").spliterator(), false)
                .filter(annotation -> !annotation.path("was_cancelled").asBoolean())
                .toList();
        if (!annotations.isEmpty()) {
            task.annotated = true;
            // Times are ISO 8601 in UTC, whose texts sort as they do; of equal ones the last stands last.
            JsonNode last = annotations.stream()
                    .reduce((a, b) ->
                            Comparator.comparing(LabelStudioReader::time).compare(a, b) <= 0 ? b : a)
                    .orElseThrow();
            results(task, last.path("result"));
        }
        tasks.add(task);
    }

    private static String time(JsonNode annotation) {
        return annotation
                .path("updated_at")
                .asText(annotation.path("created_at").asText(""));
    }

    private @Nullable Extras known(String item, JsonNode field) {
        if (!field.isObject()) {
            return null;
        }
        try {
            return json.treeToValue(field, Extras.class);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            drafts.problems.add(item, "", "meta." + Extras.NAME + ": expected what an export says there");
            return null;
        }
    }

    private void results(Task task, JsonNode results) {
        Extras known = task.known;
        Extras.Written written = new Extras.Written(
                known,
                box -> known == null || known.size() == null
                        ? box
                        : new Notation(box.id(), box.label(), PercentCoordinates.of(box.box(), known.size())));
        for (int i = 0; i < results.size(); i++) {
            JsonNode result = results.get(i);
            String item = task.item + " result " + result.path("id").asText("[" + i + "]");
            String type = result.path("type").asText();
            try {
                switch (type) {
                    case "rectanglelabels" -> {
                        if (++drafts.boxes > Drafts.MAX_BOXES) {
                            throw new InvalidParameterException(
                                    "body", "expected at most " + Drafts.MAX_BOXES + " boxes in a file: split it");
                        }
                        task.boxes.add(box(task, item, result, written));
                    }
                    case "choices" -> {
                        task.choices = true;
                        result.path("value").path("choices").forEach(choice -> {
                            if (!choice.isNull()) {
                                task.labels.add(choice.asText());
                            }
                        });
                    }
                    default ->
                        throw new IllegalArgumentException("expected rectanglelabels or choices, got '" + type + "'");
                }
            } catch (IllegalArgumentException e) {
                task.incomplete = true;
                drafts.problems.add(item, task.candidates.getFirst(), String.valueOf(e.getMessage()));
            }
        }
    }

    private Draft box(Task task, String item, JsonNode result, Extras.Written written) {
        JsonNode value = result.path("value");
        if (value.path("rotation").asDouble() % 360 != 0
                || result.path("image_rotation").asInt() % 360 != 0) {
            throw new IllegalArgumentException("expected a rotation of 0, got " + value.path("rotation")
                    + " in a picture turned by " + result.path("image_rotation"));
        }
        JsonNode labels = value.path("rectanglelabels");
        if (labels.size() != 1) {
            throw new IllegalArgumentException("expected one label, got " + labels);
        }
        PercentCoordinates percent = new PercentCoordinates(
                number(value, "x"), number(value, "y"), number(value, "width"), number(value, "height"));
        String id = result.path("id").asText("");
        String label = labels.get(0).asText("");
        Extras.Known same = written.take(new Notation(id, label, percent));
        if (same != null) {
            return new Draft(item, same);
        }
        Extras.Size size = size(result);
        if (task.size != null && !task.size.equals(size)) {
            throw new IllegalArgumentException("expected one size of a picture, got %d x %d and %d x %d"
                    .formatted(task.size.width(), task.size.height(), size.width(), size.height()));
        }
        task.size = size;
        return new Draft(item, id.isEmpty() ? null : id, label, percent.box(size), null);
    }

    private static Extras.Size size(JsonNode result) {
        long width = result.path("original_width").asLong();
        long height = result.path("original_height").asLong();
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("expected original_width and original_height");
        }
        return new Extras.Size(width, height);
    }

    private static double number(JsonNode value, String field) {
        if (!value.path(field).isNumber()) {
            throw new IllegalArgumentException("value." + field + ": expected a number");
        }
        return value.path(field).doubleValue();
    }

    private void resolve() {
        List<String> images = paths.find(tasks.size(), i -> tasks.get(i).candidates);
        Map<String, Task> byPath = new LinkedHashMap<>();
        for (int i = 0; i < images.size(); i++) {
            Task task = tasks.get(i);
            String path = images.get(i);
            Task other = byPath.putIfAbsent(path, task);
            if (other != null) {
                drafts.problems.add(task.item, path, "expected one task of an image, got " + other.item + " as well");
                continue;
            }
            Drafts.OfImage draft = drafts.image(task.item, path);
            if (task.known != null) {
                draft.add(task.known);
            } else {
                draft.annotated = false;
            }
            // Who only chose labels has not looked for boxes.
            draft.annotated |= task.annotated && (!task.boxes.isEmpty() || !task.choices);
            draft.size = task.size;
            draft.incomplete = task.incomplete;
            draft.boxes.addAll(task.boxes);
            // Without choices nothing is said of labels: a labelling configuration may have none.
            if (task.choices) {
                draft.labels = List.copyOf(task.labels);
            } else if (task.annotated) {
                // Those that an export wrote as choices have been taken away; other than that, nothing is known of any.
                draft.labels = task.known == null ? null : List.of();
            }
        }
    }

    /** A path that we wrote, or what may be one in an address: of a bucket, of Label Studio's files, of a web server. */
    private List<String> candidates(JsonNode data) {
        String own = data.path("path").asText("");
        if (!own.isEmpty()) {
            return List.of(own);
        }
        String address = data.path("image").asText("");
        if (address.isEmpty() && data.size() == 1) {
            // The name of the field is the labelling configuration's.
            address = data.elements().next().asText("");
        }
        if (address.isEmpty()) {
            return List.of();
        }
        int local = address.indexOf("?d=");
        if (local >= 0) {
            // Where Label Studio's folder is among ours, nobody says.
            return PathSearch.endsOf(decoded(address.substring(local + 3)));
        }
        String path = address.replaceFirst("^[a-z0-9]+://[^/]*/", "");
        Set<String> candidates = new LinkedHashSet<>();
        for (String spelling : List.of(path, decoded(path))) {
            candidates.add(spelling);
            if (spelling.startsWith(paths.dataset() + "/")) {
                candidates.add(spelling.substring(paths.dataset().length() + 1));
            }
        }
        return List.copyOf(candidates);
    }

    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
