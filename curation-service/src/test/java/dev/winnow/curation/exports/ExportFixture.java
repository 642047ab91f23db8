package dev.winnow.curation.exports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.ImageFiles;
import dev.winnow.curation.history.MemoryHistory;
import dev.winnow.curation.labels.ImageEditing;
import dev.winnow.curation.objects.MemoryObjects;
import dev.winnow.curation.objects.ObjectImport;
import dev.winnow.curation.objects.ObjectStore;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Datasets in memory, out and in again. */
final class ExportFixture {

    static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    final MemoryImages images = new MemoryImages();
    final MemoryObjects objects = new MemoryObjects();
    final DatasetExport export;
    final ObjectImport imports;

    ExportFixture() {
        Datasets datasets = new Datasets(images, images, new DatasetLedger());
        CurationConfig config = new SmallRyeConfigBuilder()
                .withMapping(CurationConfig.class)
                .build()
                .getConfigMapping(CurationConfig.class);
        ImageFiles files = new ImageFiles() {
            @Override
            public InputStream open(ObjectKey key) {
                return new ByteArrayInputStream(key.toString().getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public boolean answers() {
                return true;
            }
        };
        export = new DatasetExport(datasets, images, objects, files, JSON, config);
        MemoryHistory history = new MemoryHistory();
        imports = new ObjectImport(
                datasets, images, objects, history, new ImageEditing(images, history), events -> {}, JSON);
    }

    void annotate(DatasetImage image, String dataset, @Nullable String attributes, ObjectBox... boxes) {
        objects.write(new ImageObjects(dataset, image.path(), Arrays.asList(boxes), tree(attributes)));
    }

    static ObjectBox box(String id, String label, @Nullable String attributes, double... numbers) {
        return new ObjectBox(
                id,
                label,
                new Box(numbers[0], numbers[1], numbers[2], numbers[3]),
                tree(attributes),
                "test",
                Instant.parse("2026-01-31T08:00:00Z"));
    }

    private static @Nullable ObjectNode tree(@Nullable String json) {
        try {
            return json == null ? null : JSON.readValue(json, ObjectNode.class);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    byte[] export(String dataset, String format, boolean pictures, String archive) throws IOException {
        DatasetExport.Request request = DatasetExport.Request.of(dataset, Selection.ALL, format, pictures, archive);
        export.check(request);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        export.write(request, out);
        return out.toByteArray();
    }

    String text(String dataset, String format) throws IOException {
        return new String(export(dataset, format, false, "tar"), StandardCharsets.UTF_8);
    }

    /** All that people said of the images of a dataset, by path; not when and by what way it came. */
    Map<String, String> said(String dataset) {
        Map<String, String> said = new TreeMap<>();
        for (DatasetImage image : images.all(dataset)) {
            ImageObjects its = objects.find(dataset, ImageId.of(new ObjectKey(dataset, image.path())))
                    .map(ObjectStore.Stored::objects)
                    .orElse(null);
            said.put(
                    image.path(),
                    image.labels() + " " + image.tags() + " " + new ExportedImage(image, its).split() + " "
                            + (its == null ? "nothing" : boxes(its.objects()) + " " + its.attributes()));
        }
        return said;
    }

    static List<String> boxes(List<ObjectBox> boxes) {
        return boxes.stream()
                .map(box ->
                        "\n" + box.id() + " " + box.label() + " " + box.box().numbers() + " " + box.attributes())
                .sorted()
                .toList();
    }
}
