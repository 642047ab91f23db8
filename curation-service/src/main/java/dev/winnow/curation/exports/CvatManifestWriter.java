package dev.winnow.curation.exports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.curation.DatasetImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes CVAT's dataset manifest, version 1.1 (docs.cvat.ai, "Dataset manifest"): a line of JSON for each image, named without its
 * ending and relative to the dataset's folder, in which the manifest is to lie.
 */
final class CvatManifestWriter implements AnnotationWriter {

    private final OutputStream out;
    private final ObjectMapper json;

    CvatManifestWriter(OutputStream out, ObjectMapper json) throws IOException {
        this.out = out;
        this.json = json;
        line(json.createObjectNode().put("version", "1.1"));
        line(json.createObjectNode().put("type", "images"));
    }

    @Override
    public void write(List<ExportedImage> part) throws IOException {
        for (ExportedImage exported : part) {
            DatasetImage image = exported.image();
            String path = image.path();
            int dot = path.lastIndexOf('.');
            int ending = dot > path.lastIndexOf('/') + 1 ? dot : path.length();
            ObjectNode line = json.createObjectNode();
            line.put("name", path.substring(0, ending))
                    .put("extension", path.substring(ending))
                    .put("width", image.width())
                    .put("height", image.height());
            line.putObject("meta").putArray("related_images");
            line(line);
        }
    }

    private void line(ObjectNode line) throws IOException {
        out.write(json.writeValueAsBytes(line));
        out.write("\n".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void finish() {}
}
