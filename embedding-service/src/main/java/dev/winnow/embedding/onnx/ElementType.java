package dev.winnow.embedding.onnx;

import ai.onnxruntime.OnnxJavaType;
import java.util.Arrays;
import java.util.Locale;

/** The element types of tensors; the numbers are those of the ONNX format's {@code TensorProto.DataType}. */
public enum ElementType {
    /** A type of the list that is not in this one, or none. */
    OTHER(0, 0),
    FLOAT(1, 32),
    UINT8(2, 8),
    INT8(3, 8),
    UINT16(4, 16),
    INT16(5, 16),
    INT32(6, 32),
    INT64(7, 64),
    STRING(8, 0),
    BOOL(9, 8),
    FLOAT16(10, 16),
    DOUBLE(11, 64),
    UINT32(12, 32),
    UINT64(13, 64),
    BFLOAT16(16, 16);

    private final int code;
    private final int bits;

    ElementType(int code, int bits) {
        this.code = code;
        this.bits = bits;
    }

    static ElementType of(int code) {
        return Arrays.stream(values())
                .filter(type -> type.code == code)
                .findFirst()
                .orElse(OTHER);
    }

    static ElementType of(OnnxJavaType type) {
        return switch (type) {
            case FLOAT -> FLOAT;
            case FLOAT16 -> FLOAT16;
            case BFLOAT16 -> BFLOAT16;
            case DOUBLE -> DOUBLE;
            case UINT8 -> UINT8;
            case INT8 -> INT8;
            case INT16 -> INT16;
            case INT32 -> INT32;
            case INT64 -> INT64;
            case BOOL -> BOOL;
            case STRING -> STRING;
            case UNKNOWN -> OTHER;
        };
    }

    int code() {
        return code;
    }

    /** Bits of an element in the raw data of a tensor; 0 where that is not known. */
    int bits() {
        return bits;
    }

    boolean isFloatingPoint() {
        return this == FLOAT || this == FLOAT16 || this == BFLOAT16 || this == DOUBLE;
    }

    /** As in a message: {@code float16}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
