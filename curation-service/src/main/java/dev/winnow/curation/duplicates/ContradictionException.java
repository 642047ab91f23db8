package dev.winnow.curation.duplicates;

import dev.winnow.contract.ImageId;
import java.util.List;
import java.util.stream.Collectors;

/** Two images cannot be decided different and, through others, the same. */
public final class ContradictionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param path from the one image to the other, each decided to be the same as the next */
    ContradictionException(List<ImageId> path) {
        super("%s and %s cannot be different: they are decided to be the same, %s. Withdraw one of these first"
                .formatted(
                        path.getFirst(),
                        path.getLast(),
                        path.stream().map(ImageId::toString).collect(Collectors.joining(" = "))));
    }
}
