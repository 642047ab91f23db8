package dev.winnow.curation.tasks;

import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.strata.Strata;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Parameters that name what is known of images. */
final class Keys {

    private Keys() {}

    static @Nullable List<String> checked(String field, @Nullable List<String> names, int most) {
        if (names == null) {
            return null;
        }
        if (names.size() > most
                || names.stream().anyMatch(Objects::isNull)
                || new HashSet<>(names).size() < names.size()) {
            throw new InvalidParameterException(field, "expected at most " + most + " keys, each once");
        }
        return List.copyOf(names);
    }

    static List<Strata> binned(String field, List<String> names, List<DatasetImage> images) {
        return names.stream().map(name -> Strata.binned(name, images, field)).toList();
    }

    static List<Strata> exact(String field, @Nullable List<String> names, List<DatasetImage> images) {
        return names == null
                ? List.of()
                : names.stream().map(name -> Strata.of(name, images, field)).toList();
    }
}
