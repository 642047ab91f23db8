package dev.winnow.curation.slices;

import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import java.util.regex.Pattern;

/**
 * A slice of a dataset, whatever its version.
 *
 * @param name 1 to 63 characters of {@code a–z 0–9 . _ -}, beginning with a letter or digit, as of a dataset
 */
public record SliceName(String dataset, String name) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /**
     * @throws NotFoundException if no dataset can have that name
     * @throws InvalidParameterException if no slice can: {@code name}
     */
    public SliceName {
        checkDataset(dataset);
        if (!NAME.matcher(name).matches()) {
            throw new InvalidParameterException(
                    "name", "expected 1 to 63 characters of a-z, 0-9, '.', '_', '-', beginning with a letter or digit");
        }
    }

    /** A dataset's name becomes part of object keys: one that is none must not lead elsewhere. */
    static void checkDataset(String dataset) {
        try {
            var unused = new ObjectKey(dataset, "any");
        } catch (InvalidNameException e) {
            throw new NotFoundException("dataset", dataset);
        }
    }

    public SliceVersion at(int version) {
        return new SliceVersion(this, version);
    }
}
