package dev.winnow.curation.exports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.winnow.contract.Box;
import dev.winnow.contract.ObjectBox;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import javax.xml.stream.XMLStreamException;

/**
 * Writes "CVAT for images 1.1" (docs.cvat.ai, "XML annotation format"): an image's labels as its tags, its boxes with all
 * their decimals. Images are named by their paths.
 */
final class CvatWriter implements AnnotationWriter {

    private final Xml xml;
    private long next;

    CvatWriter(OutputStream out, Classes classes) throws IOException {
        try {
            xml = new Xml(out);
            xml.declaration();
            xml.begin("annotations");
            xml.text("version", "1.1");
            xml.begin("meta");
            xml.begin("task");
            xml.text("mode", "annotation");
            xml.begin("labels");
            NavigableSet<String> labels = new TreeSet<>(classes.objects());
            labels.addAll(classes.images());
            for (String label : labels) {
                xml.begin("label");
                xml.text("name", label);
                xml.text("attributes", "");
                xml.end();
            }
            xml.end();
            xml.end();
            xml.end();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void write(List<ExportedImage> part) throws IOException {
        try {
            for (ExportedImage image : part) {
                image(image);
            }
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private void image(ExportedImage image) throws XMLStreamException {
        String id = Long.toString(next++);
        String path = image.image().path();
        String width = Integer.toString(image.image().width());
        String height = Integer.toString(image.image().height());
        String split = image.split();
        if (split == null) {
            xml.begin("image", "id", id, "name", path, "width", width, "height", height);
        } else {
            xml.begin("image", "id", id, "name", path, "subset", split, "width", width, "height", height);
        }
        for (ObjectBox object : image.boxes()) {
            box(object);
        }
        for (String label : image.image().labels()) {
            xml.empty("tag", "label", label, "source", "manual");
        }
        xml.end();
    }

    private void box(ObjectBox object) throws XMLStreamException {
        Box box = object.box();
        JsonNode occluded =
                object.attributes() == null ? null : object.attributes().get("occluded");
        xml.empty(
                "box",
                "label",
                object.label(),
                "source",
                "manual",
                "occluded",
                occluded != null && (occluded.asBoolean() || occluded.asInt() == 1) ? "1" : "0",
                "xtl",
                Double.toString(box.x()),
                "ytl",
                Double.toString(box.y()),
                "xbr",
                Double.toString(box.x() + box.width()),
                "ybr",
                Double.toString(box.y() + box.height()),
                "z_order",
                "0");
    }

    @Override
    public void finish() throws IOException {
        try {
            xml.end();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }
}
