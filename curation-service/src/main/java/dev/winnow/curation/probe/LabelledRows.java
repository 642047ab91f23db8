package dev.winnow.curation.probe;

import dev.winnow.curation.DatasetImage;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The images of a dataset that have a label; an image's class is its first label.
 *
 * @param classes their names, in the order of the alphabet
 * @param rows of the dataset that have one, ascending
 * @param given the class of each of these, a place in {@code classes}
 */
public record LabelledRows(List<String> classes, int[] rows, int[] given) {

    public LabelledRows {
        classes = List.copyOf(classes);
    }

    public static LabelledRows of(List<DatasetImage> images) {
        return ofLabels(images.stream().map(DatasetImage::labels).toList());
    }

    /** Of whatever has labels: those of each row. */
    public static LabelledRows ofLabels(List<List<String>> labels) {
        TreeMap<String, Integer> numberOf = new TreeMap<>();
        int[] rows = IntStream.range(0, labels.size())
                .filter(row -> !labels.get(row).isEmpty())
                .toArray();
        for (int row : rows) {
            numberOf.put(labels.get(row).getFirst(), 0);
        }
        int next = 0;
        for (var entry : numberOf.entrySet()) {
            entry.setValue(next++);
        }
        int[] given = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            given[i] = numberOf.getOrDefault(labels.get(rows[i]).getFirst(), 0);
        }
        return new LabelledRows(new ArrayList<>(numberOf.keySet()), rows, given);
    }

    public int size() {
        return rows.length;
    }

    /** How many images each class has. */
    public int[] support() {
        int[] support = new int[classes.size()];
        for (int c : given) {
            support[c]++;
        }
        return support;
    }
}
