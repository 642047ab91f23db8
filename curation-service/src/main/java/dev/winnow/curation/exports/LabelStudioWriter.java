package dev.winnow.curation.exports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.ObjectBox;
import dev.winnow.curation.objects.Extras;
import dev.winnow.curation.objects.PercentCoordinates;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes Label Studio's JSON (labelstud.io, "Label Studio JSON format of annotated tasks"): a task for each image, whose picture is
 * named by its address in the bucket. An image with boxes or labels has one annotation, with a region for each box ({@code
 * label} of {@code image}) and its labels as {@code choice}; others have none.
 */
final class LabelStudioWriter implements AnnotationWriter {

    private final OutputStream out;
    private final String folder;
    private final ObjectMapper json;
    private boolean first = true;

    /** @param folder the dataset's address, which ends in a slash */
    LabelStudioWriter(OutputStream out, String folder, ObjectMapper json) throws IOException {
        this.out = out;
        this.folder = folder;
        this.json = json;
        out.write('[');
    }

    @Override
    public void write(List<ExportedImage> part) throws IOException {
        for (ExportedImage image : part) {
            if (!first) {
                out.write(',');
            }
            first = false;
            out.write('\n');
            out.write(json.writeValueAsBytes(task(image)));
        }
    }

    private ObjectNode task(ExportedImage image) {
        ObjectNode task = json.createObjectNode();
        task.putObject("data")
                .put("image", folder + image.image().path())
                .put("path", image.image().path());
        task.putObject("meta").set(Extras.NAME, json.valueToTree(image.everything(null)));
        ArrayNode annotations = task.putArray("annotations");
        List<String> labels = image.image().labels();
        if (image.annotated() || !labels.isEmpty()) {
            ArrayNode results = annotations.addObject().putArray("result");
            for (ObjectBox box : image.boxes()) {
                results.add(region(image, box));
            }
            if (!labels.isEmpty()) {
                ObjectNode choice = result(results.addObject(), "choice", "choices");
                ArrayNode choices = choice.putObject("value").putArray("choices");
                labels.forEach(choices::add);
            }
        }
        return task;
    }

    private ObjectNode region(ExportedImage image, ObjectBox box) {
        Extras.Size size = image.size();
        ObjectNode region = result(json.createObjectNode(), "label", "rectanglelabels");
        region.put("id", box.id())
                .put("original_width", size.width())
                .put("original_height", size.height())
                .put("image_rotation", 0);
        PercentCoordinates percent = PercentCoordinates.of(box.box(), size);
        ObjectNode value = region.putObject("value");
        value.put("x", percent.x())
                .put("y", percent.y())
                .put("width", percent.width())
                .put("height", percent.height())
                .put("rotation", 0);
        value.putArray("rectanglelabels").add(box.label());
        return region;
    }

    private static ObjectNode result(ObjectNode result, String name, String type) {
        return result.put("from_name", name)
                .put("to_name", "image")
                .put("type", type)
                .put("origin", "manual");
    }

    @Override
    public void finish() throws IOException {
        out.write("\n]\n".getBytes(StandardCharsets.UTF_8));
    }
}
