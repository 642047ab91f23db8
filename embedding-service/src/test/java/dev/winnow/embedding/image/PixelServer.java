package dev.winnow.embedding.image;

import dev.winnow.contract.ImageHeader;
import dev.winnow.contract.ImageLimits;
import dev.winnow.contract.ImageVerdict;
import dev.winnow.contract.Rejection;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Decodes files sent over standard input, for the comparison with Pillow in models/golden/compare_pixels.py. A request is
 * a file's length and bytes; an answer is width, height and upright RGB pixels, or 0, a length and the reason for which
 * the file is refused. All numbers are 32-bit, big-endian.
 */
public final class PixelServer {

    private static final ImageLimits LIMITS = new ImageLimits(1 << 28, 1 << 28);

    private PixelServer() {}

    public static void main(String[] args) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
        for (int length = in.readInt(); length > 0; length = in.readInt()) {
            answer(in.readNBytes(length), out);
            out.flush();
        }
    }

    private static void answer(byte[] file, DataOutputStream out) throws IOException {
        ImageVerdict verdict = ImageHeader.inspect(file, LIMITS);
        if (!(verdict instanceof ImageHeader header)) {
            refuse(((Rejection) verdict).detail(), out);
            return;
        }
        Orientation orientation = Metadata.read(file, header.format()).orientation();
        try (Pixels upright = orientation.apply(Decoder.decode(file, header))) {
            out.writeInt(upright.width());
            out.writeInt(upright.height());
            byte[] row = new byte[upright.width() * 3];
            for (int y = 0; y < upright.height(); y++) {
                upright.row(y, row);
                out.write(row);
            }
        } catch (Decoder.UndecodableException e) {
            refuse(e.rejection().detail(), out);
        }
    }

    private static void refuse(String reason, DataOutputStream out) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        out.writeInt(0);
        out.writeInt(text.length);
        out.write(text);
    }
}
