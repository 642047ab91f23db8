package dev.winnow.curation.vectors;

import java.util.Locale;

/** What matrix products run on. */
public enum ExecutionProvider {
    CPU,
    CUDA,
    /** CUDA where it can be had, else the CPU. */
    AUTO;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
