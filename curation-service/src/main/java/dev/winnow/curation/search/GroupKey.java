package dev.winnow.curation.search;

import dev.winnow.contract.PointSchema;
import dev.winnow.curation.InvalidParameterException;

/** What hits can be grouped by. */
public enum GroupKey {
    LABEL(PointSchema.LABELS),
    CLUSTER(PointSchema.CLUSTER);

    private final String key;

    GroupKey(String key) {
        this.key = key;
    }

    /** The payload key. */
    String key() {
        return key;
    }

    /** @throws InvalidParameterException if it is neither {@code label} nor {@code cluster}: {@code group_by} */
    public static GroupKey parse(String text) {
        return switch (text) {
            case "label" -> LABEL;
            case "cluster" -> CLUSTER;
            default -> throw new InvalidParameterException("group_by", "expected label or cluster, got " + text);
        };
    }
}
