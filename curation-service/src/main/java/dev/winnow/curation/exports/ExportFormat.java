package dev.winnow.curation.exports;

import dev.winnow.curation.InvalidParameterException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be written. */
public enum ExportFormat {
    /** COCO's JSON for object detection. */
    COCO("application/json", "coco.json"),
    /** An archive with a text file for each annotated image, and data.yaml, as Ultralytics reads them. */
    YOLO("", "yolo"),
    /** An archive with an XML file for each image, as of Pascal VOC. */
    VOC("", "voc"),
    /** "CVAT for images 1.1". */
    CVAT("application/xml", "annotations.xml"),
    /** The list of images that CVAT reads beside them in cloud storage. */
    CVAT_MANIFEST("application/jsonl", "manifest.jsonl"),
    /** Tasks with annotations. */
    LABEL_STUDIO("application/json", "label-studio.json"),
    /** A row for each box. */
    CSV("text/csv; charset=UTF-8", "boxes.csv"),
    /** A row for each label of an image. */
    CSV_LABELS("text/csv; charset=UTF-8", "labels.csv"),
    /** A row for each image, with all that is known of it. */
    PARQUET("application/vnd.apache.parquet", "images.parquet"),
    /** A line for each image: its address in the bucket. */
    LIST("text/plain; charset=UTF-8", "images.txt");

    private final String mediaType;
    private final String fileName;

    ExportFormat(String mediaType, String fileName) {
        this.mediaType = mediaType;
        this.fileName = fileName;
    }

    /** @throws InvalidParameterException unless {@code text} is one of the names */
    public static ExportFormat of(String text) {
        return Arrays.stream(values())
                .filter(format -> format.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new InvalidParameterException(
                        "format",
                        "expected one of "
                                + Arrays.stream(values())
                                        .map(ExportFormat::toString)
                                        .collect(Collectors.joining(", "))
                                + ", got " + text));
    }

    /** Whether it is several files, which may have the pictures with them. */
    public boolean isArchive() {
        return this == YOLO || this == VOC;
    }

    String mediaType(Archive.Kind archive) {
        return isArchive() ? archive.mediaType() : mediaType;
    }

    String fileName(Archive.Kind archive) {
        return isArchive() ? fileName + "." + archive : fileName;
    }

    /** As it is asked for: {@code label-studio}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
