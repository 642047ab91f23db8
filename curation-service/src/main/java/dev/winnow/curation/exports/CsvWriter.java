package dev.winnow.curation.exports;

import dev.winnow.contract.ObjectBox;
import dev.winnow.curation.objects.ObjectCsv;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Writes CSV (RFC 4180): a row for each box, or for each label of an image. */
final class CsvWriter implements AnnotationWriter {

    private final CSVPrinter printer;
    private final Rows rows;

    private interface Rows {
        void print(CSVPrinter printer, ExportedImage image) throws IOException;
    }

    private CsvWriter(CSVPrinter printer, Rows rows) {
        this.printer = printer;
        this.rows = rows;
    }

    /** The columns of {@link ObjectCsv}. */
    static CsvWriter boxes(OutputStream out) throws IOException {
        return new CsvWriter(ObjectCsv.printer(writer(out)), (printer, image) -> {
            for (ObjectBox object : image.boxes()) {
                ObjectCsv.print(printer, image.image().path(), object);
            }
        });
    }

    /** {@code path,label}. */
    static CsvWriter labels(OutputStream out) throws IOException {
        CSVPrinter printer = new CSVPrinter(writer(out), CSVFormat.RFC4180);
        printer.printRecord("path", "label");
        return new CsvWriter(printer, (to, image) -> {
            for (String label : image.image().labels()) {
                to.printRecord(image.image().path(), label);
            }
        });
    }

    private static BufferedWriter writer(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    @Override
    public void write(List<ExportedImage> part) throws IOException {
        for (ExportedImage image : part) {
            rows.print(printer, image);
        }
    }

    @Override
    public void finish() throws IOException {
        printer.flush();
    }
}
