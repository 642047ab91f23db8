package dev.winnow.curation.slices;

import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.InvalidParameterException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A folder of a bucket. In the bucket of the images its first segment is the name of a dataset, to which the copies belong.
 *
 * @param bucket null for the bucket of the images
 * @param prefix what stands before the paths of the images, without the slash between
 */
public record Destination(@Nullable String bucket, String prefix) {

    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    public Destination(@Nullable String bucket, @Nullable String prefix) {
        if (bucket != null && !BUCKET.matcher(bucket).matches()) {
            throw new InvalidParameterException("to.bucket", "expected the name of a bucket");
        }
        if (prefix == null) {
            throw new InvalidParameterException("to.prefix", "expected a folder such as dataset/folder");
        }
        String folder = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
        if (ObjectKey.isReserved(folder + "/")) {
            throw new InvalidParameterException(
                    "to.prefix",
                    "expected another folder than " + ObjectKey.RESERVED_PREFIX + ", which is Winnow's own");
        }
        try {
            var unused = new ObjectKey("any", folder);
        } catch (InvalidNameException e) {
            throw new InvalidParameterException("to.prefix", e.expected());
        }
        this.bucket = bucket;
        this.prefix = folder;
    }

    /**
     * Holds the folder against what a dataset may be called.
     *
     * @throws InvalidParameterException if it is no place for copies of that dataset's images
     */
    void checkOurs(String dataset) {
        try {
            var unused = ObjectKey.parse(prefix + "/any");
        } catch (InvalidNameException e) {
            throw new InvalidParameterException("to.prefix", e.expected());
        }
        if (prefix.equals(dataset)) {
            throw new InvalidParameterException("to.prefix", "expected another place than where the images are");
        }
    }
}
