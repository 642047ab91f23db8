package dev.winnow.curation.labels;

import dev.winnow.curation.InvalidParameterException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** A CSV file (RFC 4180) with a header, read row by row. */
public final class CsvTable {

    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private final CSVParser parser;

    private CsvTable(CSVParser parser) {
        this.parser = parser;
    }

    /** @throws InvalidParameterException if it has no header that can be read */
    public static CsvTable open(BufferedReader csv) {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setIgnoreSurroundingSpaces(true)
                .setIgnoreEmptyLines(true)
                .get();
        return checked(() -> {
            // Spreadsheets put one before the header.
            csv.mark(1);
            if (csv.read() != BYTE_ORDER_MARK) {
                csv.reset();
            }
            return new CsvTable(CSVParser.parse(csv, format));
        });
    }

    /** The header. */
    public List<String> columns() {
        return parser.getHeaderNames();
    }

    /** @throws InvalidParameterException unless there are these columns, among others */
    public void require(List<String> columns) {
        if (!columns().containsAll(columns)) {
            throw new InvalidParameterException(
                    "body", "expected a header with the columns " + String.join(", ", columns) + ", got " + columns());
        }
    }

    /** A row, while it is read. */
    public final class Row {
        private final CSVRecord fields;

        private Row(CSVRecord fields) {
            this.fields = fields;
        }

        /** The number of its last line, from 1 for the header's. */
        public long line() {
            return parser.getCurrentLineNumber();
        }

        public boolean hasAllColumns() {
            return fields.isConsistent();
        }

        /** @throws InvalidParameterException unless it has as many fields as the header */
        public void requireAllColumns() {
            if (!hasAllColumns()) {
                throw new InvalidParameterException("line " + line(), expectedColumns());
            }
        }

        /** What a row without all columns should have had. */
        public String expectedColumns() {
            return "expected " + columns().size() + " columns, got " + fields.size();
        }

        /** The field of a column of the header. */
        public String get(String column) {
            return fields.get(column);
        }
    }

    /**
     * Hands over every row, and returns how many there were.
     *
     * @throws InvalidParameterException at the first that is no CSV, or if there are more than {@code limit}
     */
    public long forEach(long limit, Consumer<Row> consumer) {
        return checked(() -> {
            try (parser) {
                long rows = 0;
                for (CSVRecord fields : parser) {
                    if (++rows > limit) {
                        throw new InvalidParameterException("body", "expected at most " + limit + " rows");
                    }
                    consumer.accept(new Row(fields));
                }
                return rows;
            }
        });
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T checked(Reading<T> reading) {
        try {
            return reading.read();
        } catch (CSVException | IllegalStateException | IllegalArgumentException | UncheckedIOException e) {
            throw new InvalidParameterException("body", "expected CSV as in RFC 4180: " + e.getMessage());
        } catch (IOException e) {
            throw new InvalidParameterException("body", "expected CSV in UTF-8: " + e.getMessage());
        }
    }
}
