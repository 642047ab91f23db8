package dev.winnow.embedding.image;

/**
 * What decides how a JPEG's components become colours.
 *
 * @param components of the first frame: 1 grey, 3 colour, 4 CMYK; 0 where there is no frame
 * @param adobeTransform of Adobe's APP14 segment: 0 none, 1 YCbCr, 2 YCCK; -1 where there is none
 * @param jfif whether there is a JFIF segment, which leaves no choice: grey or YCbCr
 * @param namedRgb whether the components are called R, G and B
 */
record JpegFrame(int components, int adobeTransform, boolean jfif, boolean namedRgb) {

    /** Reads the segments before the first scan. */
    static JpegFrame of(byte[] jpeg) {
        int components = 0;
        int adobe = -1;
        boolean jfif = false;
        boolean namedRgb = false;
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
                namedRgb = components == 3
                        && at + 16 < jpeg.length
                        && jpeg[at + 10] == 'R'
                        && jpeg[at + 13] == 'G'
                        && jpeg[at + 16] == 'B';
            } else if (marker == 0xEE && length >= 14 && begins(jpeg, at + 4, "Adobe") && at + 15 < jpeg.length) {
                adobe = jpeg[at + 15] & 0xFF;
            } else if (marker == 0xE0 && length >= 16 && begins(jpeg, at + 4, "JFIF\0")) {
                jfif = true;
            }
            at += 2 + Math.max(length, 2);
        }
        return new JpegFrame(components, adobe, jfif, namedRgb);
    }

    private static boolean begins(byte[] jpeg, int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (at + i >= jpeg.length || jpeg[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    boolean isCmyk() {
        return components == 4;
    }

    /** Whether three components are luma and chroma rather than colours; libjpeg's rule. */
    boolean isYcc() {
        return components == 3 && (jfif || (adobeTransform >= 0 ? adobeTransform != 0 : !namedRgb));
    }

    /** Whether the four components are luma, chroma and black rather than inks; libjpeg's rule. */
    boolean isYcck() {
        return isCmyk() && adobeTransform > 0;
    }
}
