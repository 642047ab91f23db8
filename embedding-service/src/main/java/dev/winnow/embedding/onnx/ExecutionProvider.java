package dev.winnow.embedding.onnx;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a model runs on. */
public enum ExecutionProvider {
    CPU,
    CUDA,
    /** CUDA where it can be had, else the CPU. */
    AUTO;

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
