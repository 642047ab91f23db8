package dev.winnow.curation.labels;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.history.Author;
import dev.winnow.curation.objects.ObjectImport.Problem;
import dev.winnow.curation.objects.Problems;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Edits of images as JSON, a line each, applied while they are read: memory is that of a batch, however many there are. A
 * line that cannot be used is reported, and disturbs no other. A stream may be sent again at any time.
 */
@ApplicationScoped
public class EditStream {

    /** Lines may be long: a batch ends by its bytes, too. */
    private static final long BATCH_BYTES = 16 << 20;

    private final Datasets datasets;
    private final ImageEditing editing;
    private final ObjectMapper json;

    EditStream(Datasets datasets, ImageEditing editing, ObjectMapper json) {
        this.datasets = datasets;
        this.editing = editing;
        this.json = json;
    }

    /** What names an image and says what shall be written on it. */
    public interface Wanted {

        @Nullable
        String id();

        @Nullable
        String path();

        /**
         * The edit.
         *
         * @throws InvalidParameterException if it is none
         */
        ImageEdit on(ImageId image, Defaults defaults);

        /** The image, by its path or its id; the path counts where both are given, so that a file serves several datasets. */
        default ImageId image(String dataset) {
            String path = path();
            String id = id();
            if (path != null) {
                return ImageId.of(new ObjectKey(dataset, path));
            }
            if (id == null) {
                throw new InvalidParameterException("path", "expected the path or the id of an image");
            }
            try {
                return ImageId.parse(id);
            } catch (IllegalArgumentException e) {
                throw new InvalidParameterException("id", "expected an image id, a UUID");
            }
        }

        private String name() {
            String path = path();
            String id = id();
            return path != null ? path : id != null ? id : "";
        }
    }

    /** Who says so and how, where a line does not. */
    public record Defaults(@Nullable String by, String source) {

        /** @throws InvalidParameterException if nobody can be named so */
        public Defaults {
            Author.of(by, source);
        }
    }

    /**
     * What became of the lines.
     *
     * @param lines how many there were, without blank ones
     * @param applied how many took effect
     * @param problemCount how many could not be used
     * @param problems the first thousand of them
     */
    public record Applied(long lines, long applied, long problemCount, List<Problem> problems) {}

    /**
     * Reads and applies edits, a line each.
     *
     * @param type what a line is
     */
    public Applied lines(String dataset, InputStream in, Class<? extends Wanted> type, Defaults defaults)
            throws IOException {
        datasets.get(dataset);
        ObjectReader reader = json.readerFor(type).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        Batches batches = new Batches(dataset, defaults);
        LineReader lines = new LineReader(in);
        for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
            String item = "line " + line.number();
            byte[] text = line.text();
            if (text == null) {
                batches.refuse(item, "", "expected at most " + LineReader.MAX_BYTES + " bytes a line");
                continue;
            }
            try {
                batches.add(item, reader.readValue(text), text.length);
            } catch (JsonProcessingException e) {
                batches.refuse(item, "", reason(e));
            } catch (IOException e) {
                batches.refuse(item, "", "expected JSON in UTF-8");
            }
        }
        return batches.finish();
    }

    /** Applies edits that came together; {@code name} is what they are called in problems. */
    public Applied list(
            String dataset,
            String name,
            List<? extends @Nullable JsonNode> wanted,
            Class<? extends Wanted> type,
            Defaults defaults) {
        datasets.get(dataset);
        Batches batches = new Batches(dataset, defaults);
        for (int i = 0; i < wanted.size(); i++) {
            String item = name + "[" + i + "]";
            JsonNode node = wanted.get(i);
            try {
                batches.add(item, node == null ? null : json.treeToValue(node, type), 0);
            } catch (JsonProcessingException e) {
                batches.refuse(item, "", reason(e));
            }
        }
        return batches.finish();
    }

    private static String reason(JsonProcessingException e) {
        if (e.getCause() instanceof InvalidParameterException cause) {
            return String.valueOf(cause.getMessage());
        }
        if (e instanceof UnrecognizedPropertyException unknown) {
            return unknown.getPropertyName() + ": expected one of " + unknown.getKnownPropertyIds();
        }
        if (e instanceof JsonMappingException mapping) {
            String field = mapping.getPath().stream()
                    .map(JsonMappingException.Reference::getFieldName)
                    .filter(name -> name != null)
                    .collect(Collectors.joining("."));
            String expected = e instanceof InvalidFormatException format
                            && format.getTargetType().isEnum()
                    ? "one of " + Arrays.toString(format.getTargetType().getEnumConstants())
                    : "another type of value";
            return (field.isEmpty() ? "" : field + ": ") + "expected " + expected;
        }
        return "expected JSON: " + e.getOriginalMessage();
    }

    /** What is read and not yet applied. */
    private final class Batches {

        private record Item(String item, String name) {}

        private final String dataset;
        private final Defaults defaults;
        private final List<ImageEdit> edits = new ArrayList<>();
        private final List<Item> items = new ArrayList<>();
        private final Problems problems = new Problems();
        private long lines;
        private long applied;
        private long bytes;

        Batches(String dataset, Defaults defaults) {
            this.dataset = dataset;
            this.defaults = defaults;
        }

        void add(String item, @Nullable Wanted wanted, int size) {
            if (wanted == null) {
                refuse(item, "", "expected an object, got null");
                return;
            }
            try {
                edits.add(wanted.on(wanted.image(dataset), defaults));
            } catch (InvalidParameterException e) {
                refuse(item, wanted.name(), String.valueOf(e.getMessage()));
                return;
            } catch (InvalidNameException e) {
                refuse(item, wanted.name(), e.expected());
                return;
            }
            lines++;
            items.add(new Item(item, wanted.name()));
            bytes += size;
            if (edits.size() == ImageEditing.BATCH || bytes >= BATCH_BYTES) {
                apply();
            }
        }

        void refuse(String item, String name, String reason) {
            lines++;
            problems.add(item, name, reason);
        }

        private void apply() {
            var refused = editing.apply(dataset, edits);
            for (int i = 0; i < refused.size(); i++) {
                Item item = items.get(i);
                refused.get(i).ifPresentOrElse(reason -> problems.add(item.item, item.name, reason), () -> applied++);
            }
            edits.clear();
            items.clear();
            bytes = 0;
        }

        Applied finish() {
            if (!edits.isEmpty()) {
                apply();
            }
            return new Applied(lines, applied, problems.count(), problems.first());
        }
    }
}
