package dev.winnow.curation.labels;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Labels from a CSV file (RFC 4180) with the columns {@code path} and {@code label}. Several rows of one path give it
 * several labels; a path's labels replace those it had. Rows that name no image are reported, and disturb no other.
 */
@ApplicationScoped
public class LabelImport {

    /** Longer ones are not labels but text, and a payload index is no place for it. */
    public static final int MAX_LABEL_LENGTH = 200;

    private static final int MAX_ROWS = 5_000_000;
    private static final int REPORTED = 1_000;

    private final Datasets datasets;
    private final VectorIndex index;

    LabelImport(Datasets datasets, VectorIndex index) {
        this.datasets = datasets;
        this.index = index;
    }

    /** A row without an image. */
    public record UnknownRow(long line, String path, String reason) {}

    /**
     * @param rows how many rows were read
     * @param labelled how many images got labels
     * @param unknownRows how many rows named no image
     * @param unknown the first thousand of them
     */
    public record Imported(long rows, int labelled, long unknownRows, List<UnknownRow> unknown)
            implements AnnotationReport {}

    /** What the rows say of one image. */
    private record Labelling(long line, String path, List<String> labels) {}

    /**
     * Reads and applies a file.
     *
     * @throws InvalidParameterException if it is no CSV with these columns; nothing is applied then
     */
    public Imported importCsv(String dataset, CsvTable csv) {
        datasets.get(dataset);
        Map<ImageId, Labelling> labellings = new LinkedHashMap<>();
        List<UnknownRow> unknown = new ArrayList<>();
        long rows = read(dataset, csv, labellings, unknown);
        Set<ImageId> existing = new HashSet<>(index.existing(dataset, labellings.keySet()));
        Map<List<String>, List<ImageId>> byLabels = new HashMap<>();
        labellings.forEach((id, labelling) -> {
            if (existing.contains(id)) {
                byLabels.computeIfAbsent(labelling.labels, labels -> new ArrayList<>())
                        .add(id);
            } else {
                unknown.add(new UnknownRow(labelling.line, labelling.path, "no such image in the index"));
            }
        });
        index.apply(
                dataset,
                byLabels.entrySet().stream()
                        .map(entry ->
                                new VectorIndex.Change(entry.getValue(), Map.of(PointSchema.LABELS, entry.getKey())))
                        .toList());
        return new Imported(
                rows,
                existing.size(),
                unknown.size(),
                unknown.stream().limit(REPORTED).toList());
    }

    private static long read(
            String dataset, CsvTable csv, Map<ImageId, Labelling> labellings, List<UnknownRow> unknown) {
        csv.require(List.of("path", "label"));
        return csv.forEach(MAX_ROWS, row -> {
            row.requireAllColumns();
            add(dataset, row.line(), row.get("path"), row.get("label"), labellings, unknown);
        });
    }

    private static void add(
            String dataset,
            long line,
            String path,
            String label,
            Map<ImageId, Labelling> labellings,
            List<UnknownRow> unknown) {
        checkLabel("line " + line, label);
        try {
            Labelling labelling = labellings.computeIfAbsent(
                    ImageId.of(new ObjectKey(dataset, path)), id -> new Labelling(line, path, new ArrayList<>()));
            if (!labelling.labels.contains(label)) {
                labelling.labels.add(label);
            }
        } catch (InvalidNameException e) {
            unknown.add(new UnknownRow(line, path, e.expected()));
        }
    }

    /** @throws InvalidParameterException if {@code label} is blank, too long or has control characters */
    public static void checkLabel(String field, String label) {
        if (label.isBlank()
                || label.length() > MAX_LABEL_LENGTH
                || label.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidParameterException(
                    field,
                    "expected a label of 1 to " + MAX_LABEL_LENGTH + " characters, none of them a control character");
        }
    }
}
