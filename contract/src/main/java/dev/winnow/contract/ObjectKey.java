package dev.winnow.contract;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Where an image lives in the bucket: {@code {dataset}/{path}}.
 *
 * <p>Names are hostile until they have passed this constructor. A dataset is a short lower-case label; a path is any
 * Unicode text of non-empty segments other than {@code .} and {@code ..}, without control characters or backslashes, so
 * that it means the same thing as an object key, a URL path and a file name.
 *
 * @param dataset 1–63 characters of {@code a–z 0–9 . _ -}, beginning with a letter or digit
 * @param path at most {@value #MAX_PATH_BYTES} bytes of UTF-8, segments of at most {@value #MAX_SEGMENT_BYTES}
 */
public record ObjectKey(String dataset, String path) {

    /** S3 allows 1,024 bytes for the whole key: 63 for the dataset, one slash, and this. */
    public static final int MAX_PATH_BYTES = 960;

    /** The longest file name of common file systems, less room for a suffix that a store may add. */
    public static final int MAX_SEGMENT_BYTES = 200;

    /** Objects under this prefix are the suite's own (job results, boxes), never images. No dataset can be named so. */
    public static final String RESERVED_PREFIX = ".winnow/";

    private static final Pattern DATASET = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /** @throws InvalidNameException if the dataset or the path is not a name as described above */
    public ObjectKey {
        if (!DATASET.matcher(dataset).matches()) {
            throw new InvalidNameException(
                    "dataset",
                    dataset,
                    "expected 1 to 63 characters of a-z, 0-9, '.', '_', '-', beginning with a letter or digit");
        }
        String wrong = wrongWithPath(path);
        if (!wrong.isEmpty()) {
            throw new InvalidNameException("path", path, wrong);
        }
    }

    /**
     * Splits an object key at its first slash.
     *
     * @throws InvalidNameException if {@code key} has no slash, or one of its two parts is not a valid name
     */
    public static ObjectKey parse(String key) {
        int slash = key.indexOf('/');
        if (slash < 0) {
            throw new InvalidNameException("key", key, "expected {dataset}/{path}");
        }
        return new ObjectKey(key.substring(0, slash), key.substring(slash + 1));
    }

    /** Whether {@code key} names one of the suite's own objects. */
    public static boolean isReserved(String key) {
        return key.startsWith(RESERVED_PREFIX);
    }

    /** The object key, {@code dataset/path}. */
    @Override
    public String toString() {
        return dataset + "/" + path;
    }

    private static String wrongWithPath(String path) {
        if (path.isEmpty()) {
            return "expected a path, got nothing";
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            return "expected at most " + MAX_PATH_BYTES + " bytes of UTF-8";
        }
        if (path.chars().anyMatch(c -> Character.isISOControl(c) || c == '\\' || c == 0xFFFD)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
            return "expected no control characters, backslashes or broken Unicode";
        }
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return "expected segments that are neither empty nor '.' nor '..'";
            }
            if (segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT_BYTES) {
                return "expected segments of at most " + MAX_SEGMENT_BYTES + " bytes of UTF-8";
            }
        }
        return "";
    }
}
