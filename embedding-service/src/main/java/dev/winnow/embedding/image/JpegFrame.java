package dev.winnow.embedding.image;

/**
 * What decides how a JPEG's components become colours.
 *
 * @param components of the first frame: 1 grey, 3 colour, 4 CMYK; 0 where there is no frame
 * @param adobeTransform of Adobe's APP14 segment: 0 none, 1 YCbCr, 2 YCCK; -1 where there is none
 */
record JpegFrame(int components, int adobeTransform) {

    /** Reads the segments before the first scan. */
    static JpegFrame of(byte[] jpeg) {
        int components = 0;
        int adobe = -1;
        int at = 2;
        while (at + 4 <= jpeg.length) {
            int marker = jpeg[at + 1] & 0xFF;
            if (jpeg[at] != (byte) 0xFF || marker == 0xFF || marker == 0) {
                at++;
                continue;
            }
            if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
                at += 2;
                continue;
            }
            if (marker == 0xDA || marker == 0xD9) {
                break;
            }
            int length = ((jpeg[at + 2] & 0xFF) << 8) | (jpeg[at + 3] & 0xFF);
            boolean frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
            if (frame && components == 0 && at + 9 < jpeg.length) {
                components = jpeg[at + 9] & 0xFF;
            } else if (marker == 0xEE && length >= 14 && at + 15 < jpeg.length && isAdobe(jpeg, at + 4)) {
                adobe = jpeg[at + 15] & 0xFF;
            }
            at += 2 + Math.max(length, 2);
        }
        return new JpegFrame(components, adobe);
    }

    private static boolean isAdobe(byte[] jpeg, int at) {
        return jpeg[at] == 'A'
                && jpeg[at + 1] == 'd'
                && jpeg[at + 2] == 'o'
                && jpeg[at + 3] == 'b'
                && jpeg[at + 4] == 'e';
    }

    boolean isCmyk() {
        return components == 4;
    }

    /** Whether the four components are luma, chroma and black rather than inks; libjpeg's rule. */
    boolean isYcck() {
        return isCmyk() && adobeTransform > 0;
    }
}
