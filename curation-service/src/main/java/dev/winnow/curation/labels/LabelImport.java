package dev.winnow.curation.labels;

import com.google.common.collect.Lists;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.history.Author;
import dev.winnow.curation.index.ListChange;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Labels from a CSV file (RFC 4180) with the columns {@code path} and {@code label}. Several rows of one path give it
 * several labels; a path's labels replace those it had. Rows that name no image are reported, and disturb no other.
 */
@ApplicationScoped
public class LabelImport {

    private static final int MAX_ROWS = 5_000_000;
    private static final int REPORTED = 1_000;

    private final Datasets datasets;
    private final ImageEditing editing;

    LabelImport(Datasets datasets, ImageEditing editing) {
        this.datasets = datasets;
        this.editing = editing;
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
     * @param by who says so; null for nobody
     * @throws InvalidParameterException if it is no CSV with these columns; nothing is applied then
     */
    public Imported importCsv(String dataset, CsvTable csv, @Nullable String by) {
        datasets.get(dataset);
        Author author = Author.of(by, "csv");
        Map<ImageId, Labelling> labellings = new LinkedHashMap<>();
        List<UnknownRow> unknown = new ArrayList<>();
        long rows = read(dataset, csv, labellings, unknown);
        int labelled = 0;
        for (List<Map.Entry<ImageId, Labelling>> part :
                Lists.partition(List.copyOf(labellings.entrySet()), ImageEditing.BATCH)) {
            List<Optional<String>> refused = editing.apply(
                    dataset,
                    part.stream()
                            .map(entry -> edit(entry.getKey(), author, entry.getValue()))
                            .toList());
            for (int i = 0; i < part.size(); i++) {
                Labelling labelling = part.get(i).getValue();
                refused.get(i).ifPresent(reason -> unknown.add(new UnknownRow(labelling.line, labelling.path, reason)));
            }
            labelled += (int) refused.stream().filter(Optional::isEmpty).count();
        }
        return new Imported(
                rows, labelled, unknown.size(), unknown.stream().limit(REPORTED).toList());
    }

    private static ImageEdit edit(ImageId image, Author author, Labelling labelling) {
        return new ImageEdit(
                image,
                author,
                new ImageEdit.Labelling(new ListChange(labelling.labels, List.of(), List.of()), null, null),
                null,
                null);
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
        LabelTexts.check("line " + line, label);
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
}
