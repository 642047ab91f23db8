package dev.winnow.curation.duplicates;

import dev.winnow.curation.DatasetImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which images are the same file, by SHA-256. An image without one is the same as none. */
final class SameBytes {

    private final List<DatasetImage> images;
    private final Map<String, List<Integer>> rows = new LinkedHashMap<>();

    SameBytes(List<DatasetImage> images) {
        this.images = images;
        for (int row = 0; row < images.size(); row++) {
            String sha256 = images.get(row).sha256();
            if (!sha256.isEmpty()) {
                rows.computeIfAbsent(sha256, key -> new ArrayList<>(1)).add(row);
            }
        }
    }

    /** The rows that hold the bytes of {@code row}; itself too, if it has a digest. */
    List<Integer> as(int row) {
        return of(images.get(row));
    }

    /** The rows that hold the bytes of an image, which need not be one of these. */
    List<Integer> of(DatasetImage image) {
        return rows.getOrDefault(image.sha256(), List.of());
    }

    /** The rows of each file, in the order of the first ones. */
    Collection<List<Integer>> groups() {
        return rows.values();
    }

    boolean are(int one, int other) {
        String sha256 = images.get(one).sha256();
        return !sha256.isEmpty() && sha256.equals(images.get(other).sha256());
    }
}
