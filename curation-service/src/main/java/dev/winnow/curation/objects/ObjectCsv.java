package dev.winnow.curation.objects;

import dev.winnow.contract.Box;
import dev.winnow.contract.ObjectBox;
import dev.winnow.curation.labels.CsvTable;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Boxes as CSV: a row each, {@code path,label,x,y,width,height} and, where boxes have names of their own, {@code object}.
 */
public final class ObjectCsv {

    private static final List<String> NUMBERS = List.of("x", "y", "width", "height");
    private static final List<String> REQUIRED =
            Stream.concat(Stream.of("path", "label"), NUMBERS.stream()).toList();
    private static final String OBJECT = "object";

    private ObjectCsv() {}

    /** Whether a file with these columns is about boxes; if any of a box's numbers is there, the others were forgotten. */
    public static boolean isMeant(List<String> columns) {
        return columns.stream().anyMatch(NUMBERS::contains);
    }

    /** Reads a file. What is wrong with one row is noted, and disturbs no other. */
    static Drafts read(CsvTable csv) {
        csv.require(REQUIRED);
        boolean named = csv.columns().contains(OBJECT);
        Drafts drafts = new Drafts();
        drafts.boxes = csv.forEach(Drafts.MAX_BOXES, row -> {
            String item = "line " + row.line();
            if (!row.hasAllColumns()) {
                drafts.problems.add(item, "", row.expectedColumns());
                return;
            }
            String path = row.get("path");
            Drafts.OfImage image = drafts.image(item, path);
            try {
                String object = named ? row.get(OBJECT) : "";
                image.boxes.add(
                        new Drafts.Draft(item, object.isEmpty() ? null : object, row.get("label"), box(row), null));
            } catch (IllegalArgumentException e) {
                image.incomplete = true;
                drafts.problems.add(item, path, String.valueOf(e.getMessage()));
            }
        });
        return drafts;
    }

    private static Box box(CsvTable.Row row) {
        return Box.of(
                NUMBERS.stream().map(column -> number(column, row.get(column))).toList());
    }

    private static double number(String column, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(column + ": expected a number, got '" + text + "'", e);
        }
    }

    /** Begins a file. */
    public static CSVPrinter printer(Appendable out) throws IOException {
        CSVPrinter printer = new CSVPrinter(out, CSVFormat.RFC4180);
        printer.printRecord(Stream.concat(REQUIRED.stream(), Stream.of(OBJECT)));
        return printer;
    }

    /** Adds a row. */
    public static void print(CSVPrinter printer, String path, ObjectBox object) throws IOException {
        Box box = object.box();
        printer.printRecord(path, object.label(), box.x(), box.y(), box.width(), box.height(), object.id());
    }
}
