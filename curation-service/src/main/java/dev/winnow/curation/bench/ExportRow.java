package dev.winnow.curation.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.winnow.contract.Box;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectBox;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.exports.DatasetExport;
import dev.winnow.curation.exports.ExportFormat;
import dev.winnow.curation.exports.ExportedImage;
import dev.winnow.curation.exports.ImageSource;
import dev.winnow.curation.objects.Categories;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Writes a dataset that is made while it is read, and looks after what stays in memory. */
final class ExportRow {

    private static final int PART = 200;
    private static final int BOXES = 5;
    private static final int LABELS = 100;
    private static final int LOOKS = 10;

    private final int images;
    private final long begin = System.nanoTime();
    private long bytes;
    private long leastLive = Long.MAX_VALUE;
    private long mostLive;

    private ExportRow(int images) {
        this.images = images;
    }

    /** Writes {@code images} images of {@value #BOXES} boxes each. */
    static Figures.Exported measure(ExportFormat format, int images) throws IOException {
        ExportRow row = new ExportRow(images);
        ObjectMapper json = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build();
        DatasetExport.write(row.source(), format, Categories.NONE, "s3://bench/d/", json, row.counting());
        double seconds = (System.nanoTime() - row.begin) / 1e9;
        return new Figures.Exported(format.toString(), images, BOXES, seconds, row.bytes, row.leastLive, row.mostLive);
    }

    private ImageSource source() {
        return consumer -> {
            int untilLook = 0;
            for (int from = 0; from < images; from += PART) {
                List<ExportedImage> part = new ArrayList<>(PART);
                for (int i = from; i < Math.min(images, from + PART); i++) {
                    part.add(image(i));
                }
                consumer.accept(part);
                untilLook -= PART;
                if (untilLook <= 0) {
                    look();
                    untilLook = images / LOOKS;
                }
            }
        };
    }

    /** What lives after a collection. */
    private void look() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long live = runtime.totalMemory() - runtime.freeMemory();
        leastLive = Math.min(leastLive, live);
        mostLive = Math.max(mostLive, live);
    }

    private OutputStream counting() {
        return new OutputStream() {
            @Override
            public void write(int value) {
                bytes++;
            }

            @Override
            public void write(byte[] buffer, int offset, int length) {
                bytes += length;
            }
        };
    }

    private static ExportedImage image(int i) {
        DatasetImage image = Contest.image(i);
        List<ObjectBox> boxes = new ArrayList<>(BOXES);
        for (int k = 0; k < BOXES; k++) {
            boxes.add(new ObjectBox(
                    new UUID(i, k).toString(),
                    "class " + (i + k) % LABELS,
                    new Box((i * 31L + k) % 500 + 0.25, (i * 17L + k) % 300, 20 + k, 30),
                    null,
                    "bench",
                    Instant.EPOCH));
        }
        return new ExportedImage(
                new DatasetImage(
                        image.id(),
                        image.path(),
                        image.sha256(),
                        i,
                        image.etag(),
                        image.format(),
                        1,
                        640,
                        480,
                        1,
                        Instant.EPOCH,
                        List.of("class " + i % LABELS),
                        List.of(),
                        Map.of("split", "train", "camera", "camera " + i % 7)),
                new ImageObjects("bench", image.path(), boxes, null));
    }
}
