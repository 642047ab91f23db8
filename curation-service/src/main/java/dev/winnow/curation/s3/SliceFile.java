package dev.winnow.curation.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jerolba.carpet.CarpetReader;
import com.jerolba.carpet.CarpetWriter;
import com.jerolba.carpet.model.FieldTypes;
import com.jerolba.carpet.model.ListType;
import com.jerolba.carpet.model.WriteRecordModelType;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.slices.CloseableIterator;
import dev.winnow.curation.slices.Slice;
import dev.winnow.curation.slices.SliceNote;
import dev.winnow.curation.slices.SliceVersion;
import dev.winnow.curation.slices.SlicedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/**
 * A version of a slice as a Parquet file: a row for each image, ascending by id, and the note as JSON under {@value #NOTE} in
 * the footer's metadata, so that it is read without the rows. Rows are written in groups that are small enough to hold many of
 * them in memory.
 */
final class SliceFile {

    static final String MEDIA_TYPE = "application/vnd.apache.parquet";

    private static final String NOTE = "winnow.slice";
    private static final String ID = "id";
    private static final long GROUP_BYTES = 8L << 20;
    private static final int GROUP_ROWS = 50_000;

    private static final ListType TEXTS = FieldTypes.LIST.notNull().ofType(FieldTypes.STRING.notNull());

    /** The columns. Given as functions: what the library would find out of a record does not cross class loaders. */
    private static final WriteRecordModelType<SlicedImage> COLUMNS = FieldTypes.writeRecordModel(SlicedImage.class)
            .withField(ID, FieldTypes.STRING.notNull(), image -> image.id().toString())
            .withField("path", FieldTypes.STRING.notNull(), SlicedImage::path)
            .withField("sha256", FieldTypes.STRING.notNull(), SlicedImage::sha256)
            .withField("etag", FieldTypes.STRING.notNull(), SlicedImage::etag)
            .withField("format", FieldTypes.STRING.notNull(), SlicedImage::format)
            .withField("bytes", SlicedImage::bytes)
            .withField("width", SlicedImage::width)
            .withField("height", SlicedImage::height)
            .withField("labels", TEXTS, SlicedImage::labels)
            .withField("tags", TEXTS, SlicedImage::tags);

    private SliceFile() {}

    /** A row as it is read; the names are those of the columns. */
    record Row(
            String id,
            String path,
            String sha256,
            String etag,
            String format,
            long bytes,
            int width,
            int height,
            List<String> labels,
            List<String> tags) {

        SlicedImage image() {
            return new SlicedImage(ImageId.parse(id), path, sha256, etag, format, bytes, width, height, labels, tags);
        }
    }

    /** Begins a file. */
    static CarpetWriter<SlicedImage> write(OutputStream out, SliceNote note, ObjectMapper json) throws IOException {
        return new CarpetWriter.Builder<>(out, SlicedImage.class)
                .withWriteRecordModel(COLUMNS)
                .withConf(new PlainParquetConfiguration())
                .withCompressionCodec(CompressionCodecName.GZIP)
                .withRowGroupSize(GROUP_BYTES)
                .withRowGroupRowCountLimit(GROUP_ROWS)
                .withExtraMetaData(NOTE, note(note, json))
                .build();
    }

    private static String note(SliceNote note, ObjectMapper json) {
        try {
            return json.writeValueAsString(note);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write the note of a slice", e);
        }
    }

    /** What the footer says. */
    static Slice head(SliceVersion version, InputFile file, ObjectMapper json) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(
                file,
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
            String note =
                    reader.getFooter().getFileMetaData().getKeyValueMetaData().get(NOTE);
            if (note == null) {
                throw new IOException("no note in the footer of slice " + version);
            }
            return new Slice(version, reader.getRecordCount(), json.readValue(note, SliceNote.class));
        }
    }

    /** The images, from an id on. Groups of rows that end before it are not read. */
    static CloseableIterator<SlicedImage> images(InputFile file, @Nullable ImageId from) {
        CarpetReader.Builder<Row> builder = new CarpetReader.Builder<>(file, Row.class);
        builder.withConf(new PlainParquetConfiguration());
        if (from != null) {
            builder.withFilter(
                    FilterCompat.get(FilterApi.gtEq(FilterApi.binaryColumn(ID), Binary.fromString(from.toString()))));
        }
        return new Images(builder.build());
    }

    /** Rows as they are read; what the store says is told as it was said. */
    private static final class Images implements CloseableIterator<SlicedImage> {

        private final com.jerolba.carpet.CloseableIterator<Row> rows;

        Images(CarpetReader<Row> reader) {
            this.rows = telling(reader::iterator);
        }

        @Override
        public boolean hasNext() {
            return telling(rows::hasNext);
        }

        @Override
        public SlicedImage next() {
            return telling(rows::next).image();
        }

        @Override
        public void close() {
            try {
                rows.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private interface Reading<T> {
            T read();
        }

        /** Parquet wraps what its input throws. */
        private static <T> T telling(Reading<T> reading) {
            try {
                return reading.read();
            } catch (RuntimeException e) {
                throw cause(e).orElse(e);
            }
        }

        private static Optional<RuntimeException> cause(Throwable e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof DependencyUnavailableException || cause instanceof NotFoundException) {
                    return Optional.of((RuntimeException) cause);
                }
            }
            return Optional.empty();
        }
    }
}
