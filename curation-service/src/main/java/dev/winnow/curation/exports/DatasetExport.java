package dev.winnow.curation.exports;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.ImageFiles;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.objects.Categories;
import dev.winnow.curation.objects.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Images of a dataset, with their labels and boxes, as a file that other tools read. It is written while it is read: the
 * memory it takes does not grow with the dataset, but for what {@link Archive.Kind#ZIP} and {@link Numbers} hold.
 */
@ApplicationScoped
public class DatasetExport {

    /** More files than that as a zip would hold hundreds of megabytes of names. */
    private static final int MOST_IN_ZIP = 200_000;

    private static final int BUFFER = 1 << 16;

    private final Datasets datasets;
    private final VectorIndex index;
    private final ObjectStore store;
    private final ImageFiles files;
    private final ObjectMapper json;
    private final String bucket;

    public DatasetExport(
            Datasets datasets,
            VectorIndex index,
            ObjectStore store,
            ImageFiles files,
            ObjectMapper json,
            CurationConfig config) {
        this.datasets = datasets;
        this.index = index;
        this.store = store;
        this.files = files;
        this.json = json;
        this.bucket = config.s3().bucket();
    }

    /**
     * What is to be written.
     *
     * @param images whether the pictures are to be with it; only in an archive
     * @param archive the kind of archive, for formats that are several files
     */
    public record Request(
            String dataset, Selection selection, ExportFormat format, boolean images, Archive.Kind archive) {

        public Request {
            if (images && !format.isArchive()) {
                throw new InvalidParameterException("images", "expected false: " + format + " is a single file");
            }
        }

        /** @throws InvalidParameterException if one of the texts is not what was expected */
        public static Request of(String dataset, Selection selection, String format, boolean images, String archive) {
            return new Request(dataset, selection, ExportFormat.of(format), images, Archive.Kind.of(archive));
        }

        public String mediaType() {
            return format.mediaType(archive);
        }

        /** A name for the file. */
        public String fileName() {
            return switch (selection) {
                case Selection.Matching matching -> dataset + "-" + format.fileName(archive);
                case Selection.Listed listed -> dataset + "-" + listed.name() + "-" + format.fileName(archive);
            };
        }
    }

    /**
     * Says what is wrong with a request before anything is written.
     *
     * @throws dev.winnow.curation.NotFoundException if there is no such dataset
     * @throws InvalidParameterException if there are more images than the archive may hold
     */
    public void check(Request request) {
        datasets.get(request.dataset);
        if (request.format.isArchive() && request.archive == Archive.Kind.ZIP) {
            long most =
                    switch (request.selection) {
                        case Selection.Matching matching -> index.count(request.dataset, matching.filter());
                        case Selection.Listed listed -> listed.images();
                    };
            if (most > MOST_IN_ZIP) {
                throw new InvalidParameterException(
                        "archive", "expected tar for more than " + MOST_IN_ZIP + " images, got zip for " + most);
            }
        }
    }

    /** Writes it. If that fails, what was written has no end and is no whole file. */
    public void write(Request request, OutputStream out) throws IOException {
        ImageSource source = new ImageWalk(index, store, request.dataset, request.selection);
        Categories categories = store.categories(request.dataset);
        if (!request.format.isArchive()) {
            write(source, sink -> single(request.format, source, categories, folder(request.dataset), json, sink), out);
            return;
        }
        ArchiveNames names = new ArchiveNames(index, request.dataset);
        write(
                source,
                sink -> {
                    ImageArchive archive = new ImageArchive(
                            request.archive.open(sink), request.images ? files : null, request.dataset, json);
                    return request.format == ExportFormat.YOLO
                            ? new YoloWriter(archive, Classes.of(source, categories), names)
                            : new VocWriter(archive, names);
                },
                out);
    }

    /**
     * Writes images from anywhere as a single file.
     *
     * @param format no archive
     * @param folder the address of the images' folder, which ends in a slash
     */
    public static void write(
            ImageSource source,
            ExportFormat format,
            Categories categories,
            String folder,
            ObjectMapper json,
            OutputStream out)
            throws IOException {
        write(source, sink -> single(format, source, categories, folder, json, sink), out);
    }

    private interface Opening {
        AnnotationWriter open(OutputStream sink) throws IOException;
    }

    private static void write(ImageSource source, Opening opening, OutputStream out) throws IOException {
        Severable sink = new Severable(new BufferedOutputStream(out, BUFFER));
        try (AnnotationWriter writer = opening.open(sink)) {
            boolean whole = false;
            try {
                source.forEach(writer::write);
                writer.finish();
                sink.flush();
                whole = true;
            } finally {
                if (!whole) {
                    sink.sever();
                }
            }
        }
    }

    private static AnnotationWriter single(
            ExportFormat format,
            ImageSource source,
            Categories categories,
            String folder,
            ObjectMapper json,
            OutputStream out)
            throws IOException {
        return switch (format) {
            case COCO -> new CocoWriter(out, categories, json);
            case CVAT -> new CvatWriter(out, Classes.of(source, categories));
            case CVAT_MANIFEST -> new CvatManifestWriter(out, json);
            case LABEL_STUDIO -> new LabelStudioWriter(out, folder, json);
            case CSV -> CsvWriter.boxes(out);
            case CSV_LABELS -> CsvWriter.labels(out);
            case PARQUET -> new ParquetFileWriter(out, json);
            case LIST -> new ListWriter(out, folder);
            case YOLO, VOC -> throw new IllegalArgumentException("expected a format of one file, got " + format);
        };
    }

    private String folder(String dataset) {
        return "s3://" + bucket + "/" + dataset + "/";
    }
}
