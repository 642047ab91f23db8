package dev.winnow.embedding.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Places for the pictures of a forward pass, outside the heap and used again and again: ONNX Runtime reads them there. Several
 * threads may fill different places at the same time.
 */
public final class PictureBatch {

    private final ElementType type;
    private final OnnxJavaType javaType;
    private final int pictureLength;
    private final int capacity;
    private final ByteBuffer bytes;

    /**
     * Memory for some pictures.
     *
     * @param pictureLength elements of a picture
     * @param capacity pictures
     * @throws InvalidNetworkException if pictures do not come in this type
     */
    PictureBatch(ElementType type, int pictureLength, int capacity) {
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
        this.pictureLength = pictureLength;
        this.capacity = capacity;
        this.bytes = ByteBuffer.allocateDirect(Math.multiplyExact(pictureBytes(), capacity))
                .order(ByteOrder.nativeOrder());
    }

    /** Whether pictures can be given in a type. */
    static boolean takes(ElementType type) {
        return type.isFloatingPoint() || type == ElementType.UINT8 || type == ElementType.INT8;
    }

    /** How many pictures there is place for. */
    public int capacity() {
        return capacity;
    }

    private int pictureBytes() {
        return Math.multiplyExact(pictureLength, type.bits() / 8);
    }

    /**
     * Takes a picture in, at a place from 0. Where the network wants whole numbers, they are rounded to the nearest and held
     * within the type's range.
     *
     * @param picture as many numbers as an input picture has
     */
    public void put(int place, float[] picture) {
        if (picture.length != pictureLength) {
            throw new IllegalArgumentException(
                    "expected " + pictureLength + " numbers a picture, got " + picture.length);
        }
        ByteBuffer target = bytes.slice(place * pictureBytes(), pictureBytes()).order(ByteOrder.nativeOrder());
        switch (type) {
            case FLOAT -> target.asFloatBuffer().put(picture);
            case FLOAT16 -> each(picture, value -> target.putShort(Float.floatToFloat16(value)));
            case BFLOAT16 -> each(picture, value -> target.putShort(bfloat16(value)));
            case DOUBLE -> each(picture, target::putDouble);
            case UINT8 -> each(picture, value -> target.put((byte) Math.clamp(Math.round(value), 0, 255)));
            default -> each(picture, value -> target.put((byte) Math.clamp(Math.round(value), -128, 127)));
        }
    }

    /** The first {@code count} places as a tensor on this memory: to be closed before they are filled again. */
    OnnxTensor tensor(int count, long[] shape) throws OrtException {
        ByteBuffer used = bytes.slice(0, count * pictureBytes()).order(ByteOrder.nativeOrder());
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), used, shape, javaType);
    }

    private interface Put {
        void accept(float value);
    }

    private static void each(float[] picture, Put put) {
        for (float value : picture) {
            put.accept(value);
        }
    }

    /** The upper half of a float, rounded to the nearest and to even between two. */
    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.isNaN(value) ? (short) 0x7fc0 : (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
}
