package dev.winnow.embedding.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Memory for the input of a forward pass, outside the heap and used again and again: ONNX Runtime reads it in place. */
final class InputBuffer {

    private final ElementType type;
    private final OnnxJavaType javaType;
    private final ByteBuffer bytes;

    /**
     * Memory for some elements.
     *
     * @throws InvalidNetworkException if pictures do not come in this type
     */
    InputBuffer(ElementType type, int elements) {
        this.type = type;
        this.javaType = switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT8 -> OnnxJavaType.INT8;
            default ->
                throw new InvalidNetworkException("the input's elements are " + type + ": pictures come as float,"
                        + " float16, bfloat16, double, uint8 or int8");
        };
        this.bytes = ByteBuffer.allocateDirect(Math.multiplyExact(elements, type.bits() / 8))
                .order(ByteOrder.nativeOrder());
    }

    /** Whether pictures can be given in a type. */
    static boolean takes(ElementType type) {
        return type.isFloatingPoint() || type == ElementType.UINT8 || type == ElementType.INT8;
    }

    /**
     * Takes pictures in, one behind the other from the start. Where the network wants whole numbers, they are rounded to the
     * nearest and held within the type's range.
     */
    InputBuffer fill(List<float[]> pictures) {
        bytes.clear();
        switch (type) {
            case FLOAT -> {
                int at = 0;
                for (float[] picture : pictures) {
                    bytes.asFloatBuffer().put(at, picture);
                    at += picture.length;
                }
                bytes.position(at * Float.BYTES);
            }
            case FLOAT16 -> each(pictures, value -> bytes.putShort(Float.floatToFloat16(value)));
            case BFLOAT16 -> each(pictures, value -> bytes.putShort(bfloat16(value)));
            case DOUBLE -> each(pictures, bytes::putDouble);
            case UINT8 -> each(pictures, value -> bytes.put((byte) Math.clamp(Math.round(value), 0, 255)));
            default -> each(pictures, value -> bytes.put((byte) Math.clamp(Math.round(value), -128, 127)));
        }
        bytes.flip();
        return this;
    }

    /** What {@link #fill} took in, as a tensor on this memory: to be closed before the next pictures. */
    OnnxTensor tensor(long[] shape) throws OrtException {
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), bytes, shape, javaType);
    }

    private interface Put {
        void accept(float value);
    }

    private static void each(List<float[]> pictures, Put put) {
        for (float[] picture : pictures) {
            for (float value : picture) {
                put.accept(value);
            }
        }
    }

    /** The upper half of a float, rounded to the nearest and to even between two. */
    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.isNaN(value) ? (short) 0x7fc0 : (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
}
