package dev.winnow.curation.exports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.winnow.contract.ObjectBox;
import dev.winnow.curation.objects.Extras;
import dev.winnow.curation.objects.VocCoordinates;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.stream.XMLStreamException;

/**
 * Writes {@code Annotations/…xml} and maybe {@code JPEGImages/…}, and {@code ImageSets/Main/{split}.txt}, as in Everingham
 * and Winn, <i>The PASCAL Visual Object Classes Challenge 2012 Development Kit</i>. The lists wait in temporary files.
 */
final class VocWriter implements AnnotationWriter {

    /** Splits beyond are in the list of images without one. */
    private static final int MOST_LISTS = 50;

    private final ImageArchive archive;
    private final ArchiveNames names;
    private final Map<String, ImageSet> lists = new TreeMap<>();

    /** A label each, as CVAT and Datumaro want it beside Pascal VOC's own twenty. */
    private static final String LABEL_MAP = "# label:color_rgb:parts:actions";

    private final NavigableSet<String> labels = new TreeSet<>();

    private record ImageSet(Path file, BufferedWriter names) {
        static ImageSet open() throws IOException {
            Path file = Files.createTempFile("voc-images", ".txt");
            return new ImageSet(file, Files.newBufferedWriter(file));
        }
    }

    VocWriter(ImageArchive archive, ArchiveNames names) {
        this.archive = archive;
        this.names = names;
    }

    @Override
    public void write(List<ExportedImage> part) throws IOException {
        List<String> pictures = names.of(part.stream().map(ExportedImage::image).toList());
        for (int i = 0; i < part.size(); i++) {
            ExportedImage image = part.get(i);
            String picture = pictures.get(i);
            String stem = picture.substring(0, picture.lastIndexOf('.'));
            String file = "Annotations/" + stem + ".xml";
            archive.picture("JPEGImages/" + picture, image.image());
            archive.files().add(file, xml(image, picture));
            archive.extras(image.everything(file));
            list(SplitNames.of(image.split())).write(stem + "\n");
            image.boxes().stream().map(ObjectBox::label).forEach(labels::add);
        }
    }

    private BufferedWriter list(String split) throws IOException {
        String name = lists.containsKey(split) || lists.size() < MOST_LISTS ? split : SplitNames.NONE;
        ImageSet list = lists.get(name);
        if (list == null) {
            list = ImageSet.open();
            lists.put(name, list);
        }
        return list.names;
    }

    private static byte[] xml(ExportedImage image, String picture) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            Xml xml = new Xml(bytes);
            xml.begin("annotation");
            xml.text("folder", "JPEGImages");
            xml.text("filename", picture);
            xml.begin("size");
            xml.text("width", Long.toString(image.size().width()));
            xml.text("height", Long.toString(image.size().height()));
            xml.text("depth", "3");
            xml.end();
            xml.text("segmented", "0");
            for (ObjectBox box : image.boxes()) {
                object(xml, image.size(), box);
            }
            xml.end();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
        return bytes.toByteArray();
    }

    private static void object(Xml xml, Extras.Size size, ObjectBox box) throws XMLStreamException {
        if (!size.shows(box.box())) {
            // A smaller picture has left it behind.
            return;
        }
        VocCoordinates corners = VocCoordinates.of(box.box(), size);
        xml.begin("object");
        xml.text("name", box.label());
        xml.text("pose", attribute(box, "pose", "Unspecified"));
        for (String flag : List.of("truncated", "difficult", "occluded")) {
            xml.text(flag, flag(attribute(box, flag, "0")));
        }
        xml.begin("bndbox");
        xml.text("xmin", whole(corners.xmin()));
        xml.text("ymin", whole(corners.ymin()));
        xml.text("xmax", whole(corners.xmax()));
        xml.text("ymax", whole(corners.ymax()));
        xml.end();
        xml.end();
    }

    private static String attribute(ObjectBox box, String name, String otherwise) {
        JsonNode value = box.attributes() == null ? null : box.attributes().get(name);
        return value == null || !value.isValueNode() ? otherwise : value.asText();
    }

    private static String flag(String value) {
        return value.equals("1") || value.equals("true") ? "1" : "0";
    }

    private static String whole(double number) {
        return Long.toString((long) number);
    }

    @Override
    public void finish() throws IOException {
        StringBuilder labelMap = new StringBuilder(LABEL_MAP).append('\n');
        // That file has no way to say a colon.
        labels.stream()
                .filter(label -> !label.contains(":") && !label.startsWith("#"))
                .forEach(label -> labelMap.append(label).append(":::\n"));
        archive.files().add("labelmap.txt", labelMap.toString());
        for (Map.Entry<String, ImageSet> list : lists.entrySet()) {
            list.getValue().names.close();
            archive.files().add("ImageSets/Main/" + list.getKey() + ".txt", list.getValue().file);
        }
        archive.finish();
    }

    @Override
    public void close() throws IOException {
        try (archive) {
            for (ImageSet list : lists.values()) {
                list.names.close();
                Files.deleteIfExists(list.file);
            }
        }
    }
}
