package dev.winnow.curation.exports;

import dev.winnow.contract.ObjectBox;
import dev.winnow.curation.objects.Extras;
import dev.winnow.curation.objects.XmlText;
import dev.winnow.curation.objects.YoloCoordinates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Writes data.yaml, {@code labels/{split}/…txt} and maybe {@code images/{split}/…}, as Ultralytics reads them: a line for each
 * box, its class by number, {@link YoloCoordinates}. An image that nobody has annotated has no text file, one on which
 * nothing was found has an empty one.
 */
final class YoloWriter implements AnnotationWriter {

    private static final String IMAGES = "/images/";
    private static final String LABELS = "/labels/";

    private final ImageArchive archive;
    private final ArchiveNames names;
    private final Map<String, Integer> classes;

    YoloWriter(ImageArchive archive, Classes classes, ArchiveNames names) throws IOException {
        this.archive = archive;
        this.names = names;
        this.classes = classes.numbers();
        archive.files().add("data.yaml", dataYaml(classes));
    }

    /** Without a path of its own: readers then take the file's folder. */
    private static String dataYaml(Classes classes) {
        NavigableSet<String> folders = new TreeSet<>();
        classes.splits().forEach(split -> folders.add(SplitNames.of(split)));
        if (classes.unsplit()) {
            folders.add(SplitNames.NONE);
        }
        boolean validated = folders.remove(SplitNames.VALIDATION);
        boolean tested = folders.remove("test");
        List<String> train = folders.contains("train") ? List.of("train") : List.copyOf(folders);
        List<String> validation = validated ? List.of(SplitNames.VALIDATION) : train;
        StringBuilder yaml = new StringBuilder();
        yaml.append("train: ").append(folders(train)).append('\n');
        yaml.append("val: ").append(folders(validation)).append('\n');
        if (tested) {
            yaml.append("test: ").append(folders(List.of("test"))).append('\n');
        }
        yaml.append("nc: ").append(classes.objects().size()).append('\n');
        yaml.append(classes.objects().isEmpty() ? "names: []\n" : "names:\n");
        for (int i = 0; i < classes.objects().size(); i++) {
            yaml.append("  ").append(i).append(": ");
            yaml.append(quoted(classes.objects().get(i))).append('\n');
        }
        return yaml.toString();
    }

    private static String folders(List<String> splits) {
        List<String> folders = splits.stream().map(split -> "images/" + split).toList();
        List<String> quoted = folders.stream().map(YoloWriter::quoted).toList();
        return quoted.size() == 1 ? quoted.getFirst() : "[" + String.join(", ", quoted) + "]";
    }

    /** A double-quoted scalar of YAML: what is not printable there, or would be taken for a line break, is escaped. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (XmlText.isAllowed(c) && c >= ' ' && c != 0x2028 && c != 0x2029) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append("\\u%04x".formatted(c));
            }
        });
        return quoted.append('"').toString();
    }

    @Override
    public void write(List<ExportedImage> part) throws IOException {
        List<String> pictures = names.of(part.stream().map(ExportedImage::image).toList());
        for (int i = 0; i < part.size(); i++) {
            ExportedImage image = part.get(i);
            String picture = "images/" + SplitNames.of(image.split()) + "/" + pictures.get(i);
            String text = text(picture);
            archive.picture(picture, image.image());
            if (image.annotated()) {
                archive.files().add(text, String.join("", lines(image)));
            }
            archive.extras(image.everything(text));
        }
    }

    /** Where Ultralytics looks for a picture's boxes: the last folder {@code images} of its path is {@code labels} there. */
    private static String text(String picture) {
        String path = "/" + picture.substring(0, picture.lastIndexOf('.')) + ".txt";
        int images = path.lastIndexOf(IMAGES);
        return (path.substring(0, images) + LABELS + path.substring(images + IMAGES.length())).substring(1);
    }

    private List<String> lines(ExportedImage image) {
        Extras.Size size = image.size();
        List<String> lines = new ArrayList<>();
        for (ObjectBox box : image.boxes()) {
            Integer number = classes.get(box.label());
            // A class that came up since data.yaml was written, or a box that a smaller picture has left behind.
            if (number != null && size.shows(box.box())) {
                lines.add(number + " " + YoloCoordinates.of(box.box(), size).text() + "\n");
            }
        }
        return lines;
    }

    @Override
    public void finish() throws IOException {
        archive.finish();
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }
}
