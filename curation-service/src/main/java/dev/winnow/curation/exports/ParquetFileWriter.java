package dev.winnow.curation.exports;

import static com.jerolba.carpet.model.FieldTypes.BOOLEAN;
import static com.jerolba.carpet.model.FieldTypes.DOUBLE;
import static com.jerolba.carpet.model.FieldTypes.INSTANT;
import static com.jerolba.carpet.model.FieldTypes.INTEGER;
import static com.jerolba.carpet.model.FieldTypes.LIST;
import static com.jerolba.carpet.model.FieldTypes.LONG;
import static com.jerolba.carpet.model.FieldTypes.MAP;
import static com.jerolba.carpet.model.FieldTypes.STRING;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jerolba.carpet.CarpetWriter;
import com.jerolba.carpet.model.FieldTypes;
import com.jerolba.carpet.model.WriteRecordModelType;
import dev.winnow.contract.Box;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/** Writes Parquet, gzipped: a row for each image with all that is known of it, its boxes as a list of records. */
final class ParquetFileWriter implements AnnotationWriter {

    /** What is held before it is written, about. */
    private static final long ROW_GROUP_BYTES = 16L << 20;

    private final CarpetWriter<Row> parquet;
    private final ObjectMapper json;

    /**
     * An image.
     *
     * @param phash 16 hexadecimal digits
     * @param identifiers what else the index holds: texts as they are, anything else as JSON
     * @param annotated whether anybody has looked for boxes
     * @param annotation what else the annotation said of the image, JSON
     */
    record Row(
            String id,
            String path,
            String format,
            long bytes,
            int width,
            int height,
            String sha256,
            String phash,
            String etag,
            double sharpness,
            @Nullable Instant capturedAt,
            List<String> labels,
            List<String> tags,
            @Nullable String split,
            Map<String, String> identifiers,
            boolean annotated,
            List<BoxRow> boxes,
            @Nullable String annotation) {}

    /**
     * A box, in pixels of the upright picture.
     *
     * @param attributes JSON
     */
    record BoxRow(
            String id,
            String label,
            double x,
            double y,
            double width,
            double height,
            @Nullable String attributes,
            @Nullable String source,
            Instant at) {
        BoxRow(ObjectBox object, Box box) {
            this(
                    object.id(),
                    object.label(),
                    box.x(),
                    box.y(),
                    box.width(),
                    box.height(),
                    object.attributes() == null ? null : object.attributes().toString(),
                    object.source(),
                    object.at());
        }
    }

    ParquetFileWriter(OutputStream out, ObjectMapper json) throws IOException {
        this.json = json;
        this.parquet = new CarpetWriter.Builder<>(out, Row.class)
                .withCompressionCodec(CompressionCodecName.GZIP)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withWriteRecordModel(model())
                .build();
    }

    /** Said column by column: the library could look at the record itself, but not across class loaders. */
    private static WriteRecordModelType<Row> model() {
        return FieldTypes.writeRecordModel(Row.class)
                .withField("id", STRING, Row::id)
                .withField("path", STRING, Row::path)
                .withField("format", STRING, Row::format)
                .withField("bytes", LONG, Row::bytes)
                .withField("width", INTEGER, Row::width)
                .withField("height", INTEGER, Row::height)
                .withField("sha256", STRING, Row::sha256)
                .withField("phash", STRING, Row::phash)
                .withField("etag", STRING, Row::etag)
                .withField("sharpness", DOUBLE, Row::sharpness)
                .withField("captured_at", INSTANT, Row::capturedAt)
                .withField("labels", LIST.ofType(STRING), Row::labels)
                .withField("tags", LIST.ofType(STRING), Row::tags)
                .withField("split", STRING, Row::split)
                .withField("identifiers", MAP.ofTypes(STRING, STRING), Row::identifiers)
                .withField("annotated", BOOLEAN, Row::annotated)
                .withField("boxes", LIST.ofType(boxModel()), Row::boxes)
                .withField("annotation", STRING, Row::annotation);
    }

    private static WriteRecordModelType<BoxRow> boxModel() {
        return FieldTypes.writeRecordModel(BoxRow.class)
                .withField("id", STRING, BoxRow::id)
                .withField("label", STRING, BoxRow::label)
                .withField("x", DOUBLE, BoxRow::x)
                .withField("y", DOUBLE, BoxRow::y)
                .withField("width", DOUBLE, BoxRow::width)
                .withField("height", DOUBLE, BoxRow::height)
                .withField("attributes", STRING, BoxRow::attributes)
                .withField("source", STRING, BoxRow::source)
                .withField("at", INSTANT, BoxRow::at);
    }

    @Override
    public void write(List<ExportedImage> part) throws IOException {
        List<Row> rows = new ArrayList<>(part.size());
        for (ExportedImage image : part) {
            rows.add(row(image));
        }
        parquet.write(rows);
    }

    private Row row(ExportedImage exported) throws JsonProcessingException {
        DatasetImage image = exported.image();
        return new Row(
                image.id().toString(),
                image.path(),
                image.format(),
                image.bytes(),
                image.width(),
                image.height(),
                image.sha256(),
                "%016x".formatted(image.phash()),
                image.etag(),
                image.sharpness(),
                image.capturedAt(),
                image.labels(),
                image.tags(),
                exported.split(),
                identifiers(image),
                exported.annotated(),
                exported.boxes().stream().map(box -> new BoxRow(box, box.box())).toList(),
                exported.objects() == null || exported.objects().attributes() == null
                        ? null
                        : exported.objects().attributes().toString());
    }

    private Map<String, String> identifiers(DatasetImage image) throws JsonProcessingException {
        Map<String, String> identifiers = new TreeMap<>();
        for (Map.Entry<String, Object> identifier : image.identifiers().entrySet()) {
            if (!identifier.getKey().equals(PointSchema.SPLIT)) {
                identifiers.put(
                        identifier.getKey(),
                        identifier.getValue() instanceof String text
                                ? text
                                : json.writeValueAsString(identifier.getValue()));
            }
        }
        return identifiers;
    }

    @Override
    public void finish() throws IOException {
        parquet.close();
    }

    @Override
    public void close() throws IOException {
        parquet.close();
    }
}
