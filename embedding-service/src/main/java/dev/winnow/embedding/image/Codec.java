package dev.winnow.embedding.image;

import dev.winnow.contract.ImageHeader;
import java.io.IOException;

/** Reads JPEG, PNG and WebP. */
interface Codec {

    /** For operators. */
    String name();

    /**
     * Decodes a file.
     *
     * @param header what was found in it
     * @param reduction 1, 2, 4 or 8: by how much the sides of a JPEG may be divided, rounded up
     * @return the picture as stored, of any size that the file may hold
     * @throws IOException if the bytes are no such picture
     */
    Pixels decode(byte[] file, ImageHeader header, int reduction) throws IOException;

    /** Whether a PNG is grey at 16 bits: IHDR's bit depth 16, colour type 0. */
    static boolean isGrey16(byte[] png) {
        return png[24] == 16 && png[25] == 0;
    }
}
