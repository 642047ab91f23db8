package dev.winnow.curation.exports;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes a line for each image, its address; a path has no line breaks. */
final class ListWriter implements AnnotationWriter {

    private final OutputStream out;
    private final String folder;

    /** @param folder the dataset's address, which ends in a slash */
    ListWriter(OutputStream out, String folder) {
        this.out = out;
        this.folder = folder;
    }

    @Override
    public void write(List<ExportedImage> part) throws IOException {
        for (ExportedImage image : part) {
            out.write((folder + image.image().path() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void finish() {}
}
