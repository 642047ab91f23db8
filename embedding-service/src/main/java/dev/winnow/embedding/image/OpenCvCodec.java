package dev.winnow.embedding.image;

import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ImageHeader;
import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * OpenCV, with the same libraries as Pillow and pictures outside the heap. Of CMYK it gives only its own, coarser conversion
 * to RGB, so those files are read by {@link JdkJpeg}.
 */
final class OpenCvCodec implements Codec {

    /** Red, green, blue; eight bits; as stored, since {@link Orientation} turns the picture later. */
    private static final int READ_FLAGS =
            opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

    /** One channel of 16 bits. */
    private static final int READ_FLAGS_GREY_16 = opencv_imgcodecs.IMREAD_GRAYSCALE
            | opencv_imgcodecs.IMREAD_ANYDEPTH
            | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

    /** @throws LinkageError if its natives do not load */
    OpenCvCodec() {
        // JavaCPP would otherwise refuse native memory once the whole process holds twice the heap's limit, which model
        // and decoders may well do; what is in flight is bounded by MemoryBudget.
        setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        setDefault("org.bytedeco.javacpp.logger", "slf4j");
        Loader.load(opencv_imgcodecs.class);
        // Decoding runs on as many threads as there are cores already.
        opencv_core.setNumThreads(1);
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    @Override
    public String name() {
        return "opencv";
    }

    @Override
    public Pixels decode(byte[] file, ImageHeader header, int reduction) throws IOException {
        if (header.format() == ImageFormat.JPEG) {
            return jpeg(file, header, reduction);
        }
        return header.format() == ImageFormat.PNG && Codec.isGrey16(file)
                ? new Grey16Pixels(read(file, READ_FLAGS_GREY_16, opencv_core.CV_16UC1))
                : new MatPixels(read(file, READ_FLAGS, opencv_core.CV_8UC3));
    }

    private static Pixels jpeg(byte[] file, ImageHeader header, int reduction) throws IOException {
        JpegFrame frame = JpegFrame.of(file);
        if (frame.isCmyk()) {
            Mat mat = new Mat(header.height(), header.width(), opencv_core.CV_8UC3);
            try {
                JdkJpeg.decode(file, frame, header, mat.createBuffer());
                return new MatPixels(mat);
            } catch (IOException | RuntimeException e) {
                mat.close();
                throw e;
            }
        }
        int reduced =
                switch (reduction) {
                    case 1 -> 0;
                    case 2 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
                    case 4 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
                    case 8 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
                    default -> throw new IllegalArgumentException("expected 1, 2, 4 or 8, got " + reduction);
                };
        return new MatPixels(read(file, READ_FLAGS | reduced, opencv_core.CV_8UC3));
    }

    private static Mat read(byte[] file, int flags, int type) throws IOException {
        try (BytePointer bytes = new BytePointer(file);
                Mat encoded = new Mat(1, file.length, opencv_core.CV_8UC1, bytes)) {
            Mat decoded = opencv_imgcodecs.imdecode(encoded, flags);
            if (decoded == null || decoded.empty() || decoded.type() != type) {
                throw new IOException("the data after the header is damaged or of an unsupported kind");
            }
            return decoded;
        }
    }
}
