package dev.winnow.curation.exports;

import java.io.IOException;
import java.util.List;

/** Images to be written, as often as they are asked for. */
public interface ImageSource {

    /** Takes some of them at a time. */
    interface Part {
        void accept(List<ExportedImage> images) throws IOException;
    }

    /** Hands over all of them, a part after the other, in the same order each time. */
    void forEach(Part consumer) throws IOException;
}
