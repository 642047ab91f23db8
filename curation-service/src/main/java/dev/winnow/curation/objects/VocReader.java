package dev.winnow.curation.objects;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.objects.Drafts.Draft;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads Pascal VOC's XML files, an archive of them or one alone. The picture is that of {@code filename}, in the folder that the
 * XML file has below {@code Annotations}, or of the XML file's name. {@code pose}, {@code truncated}, {@code difficult} and
 * {@code occluded} become attributes where they say something.
 */
final class VocReader {

    private static final int MOST_BYTES = 4 << 20;
    private static final List<String> CORNERS = List.of("bndbox/xmin", "bndbox/ymin", "bndbox/xmax", "bndbox/ymax");

    private final Drafts drafts = new Drafts();
    private final ObjectMapper json;
    private final PathSearch paths;
    private final ArchivedExtras extras;
    private final Map<String, VocFile> files = new TreeMap<>();

    /** How a box that was exported stood there. */
    private record Notation(String label, VocCoordinates box) {}

    VocReader(ObjectMapper json, PathSearch paths) {
        this.json = json;
        this.paths = paths;
        this.extras = new ArchivedExtras(json, drafts);
    }

    /**
     * Reads an archive, or a file. What is wrong with one file or box is noted, and disturbs no other.
     *
     * @throws InvalidParameterException if it is neither
     */
    Drafts read(InputStream body) throws IOException {
        BufferedInputStream in = new BufferedInputStream(body);
        if (isXml(ArchiveFiles.peek(in, 4))) {
            byte[] content = in.readNBytes(MOST_BYTES + 1);
            xml("", content.length > MOST_BYTES ? null : content);
        } else {
            ArchiveFiles.forEach(in, (name, content) -> {
                if (ArchivedExtras.isOne(name)) {
                    extras.read(name, content.bytes(ArchivedExtras.limit()));
                } else if (name.endsWith(".xml")) {
                    xml(name, content.bytes(MOST_BYTES));
                }
            });
        }
        resolve();
        return drafts;
    }

    /** In UTF-8, with or without a byte order mark; layout may come first. */
    private static boolean isXml(byte[] first) {
        int start = (first[0] & 0xFF) == 0xEF ? 3 : 0;
        return first[start] == '<' || Character.isWhitespace(first[start]);
    }

    private void xml(String name, byte @Nullable [] content) {
        String item = name.isEmpty() ? "body" : name;
        try {
            if (content == null) {
                throw new IllegalArgumentException("expected at most " + MOST_BYTES + " bytes");
            }
            VocFile file = VocFile.read(content);
            drafts.boxes += file.objects().size();
            if (drafts.boxes > Drafts.MAX_BOXES) {
                throw new InvalidParameterException(
                        "body", "expected at most " + Drafts.MAX_BOXES + " boxes in a file: split it");
            }
            if (candidates(name, file).isEmpty()) {
                throw new IllegalArgumentException("filename: expected the name of the picture");
            }
            drafts.holdFile(name.length() + file.filename().length());
            files.put(name, file);
        } catch (IllegalArgumentException e) {
            drafts.problems.add(item, "", String.valueOf(e.getMessage()));
        }
    }

    private void resolve() {
        List<String> names = List.copyOf(files.keySet());
        List<String> images = paths.find(
                names.size(), i -> candidates(names.get(i), Objects.requireNonNull(files.get(names.get(i)))));
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String item = name.isEmpty() ? "body" : name;
            Drafts.OfImage draft = drafts.image(item, images.get(i));
            if (!draft.item.equals(item)) {
                drafts.problems.add(item, draft.path, "expected one file of an image, got " + draft.item + " as well");
                continue;
            }
            VocFile file = Objects.requireNonNull(files.get(name));
            Extras known = extras.of(name);
            if (known != null) {
                draft.add(known);
            }
            draft.size = file.size();
            draft.annotated |= !file.objects().isEmpty();
            boxes(item, draft, file, known);
        }
    }

    private void boxes(String name, Drafts.OfImage draft, VocFile file, @Nullable Extras known) {
        Extras.Written written = new Extras.Written(
                known,
                box -> known == null || known.size() == null
                        ? box
                        : new Notation(XmlText.of(box.label()), VocCoordinates.of(box.box(), known.size())));
        for (VocFile.Entry object : file.objects()) {
            String item = name + " line " + object.line();
            try {
                List<Double> numbers = new ArrayList<>();
                for (String corner : CORNERS) {
                    numbers.add(object.number(corner));
                }
                VocCoordinates box = new VocCoordinates(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
                String label = object.text("name");
                Extras.Known same = written.take(new Notation(label, box));
                draft.boxes.add(
                        same != null
                                ? new Draft(item, same)
                                : new Draft(item, null, label, box.box(), attributes(object)));
            } catch (IllegalArgumentException e) {
                draft.incomplete = true;
                drafts.problems.add(item, draft.path, String.valueOf(e.getMessage()));
            }
        }
    }

    private @Nullable String attributes(VocFile.Entry object) {
        ObjectNode attributes = json.createObjectNode();
        String pose = object.text("pose");
        if (!pose.isEmpty() && !pose.equals("Unspecified")) {
            attributes.put("pose", pose);
        }
        for (String flag : List.of("truncated", "difficult", "occluded")) {
            if (object.text(flag).equals("1")) {
                attributes.put(flag, 1);
            }
        }
        return attributes.isEmpty() ? null : attributes.toString();
    }

    private List<String> candidates(String name, VocFile file) {
        Extras known = extras.of(name);
        if (known != null && known.path() != null) {
            return List.of(known.path());
        }
        Set<String> candidates = new LinkedHashSet<>();
        String stem = name.endsWith(".xml") ? name.substring(0, name.length() - ".xml".length()) : name;
        String inside = ("/" + stem).replaceFirst("^.*/Annotations/", "/").substring(1);
        String filename = file.filename().replace('\\', '/');
        if (!filename.isEmpty()) {
            candidates.add(inside.substring(0, inside.lastIndexOf('/') + 1)
                    + filename.substring(filename.lastIndexOf('/') + 1));
            candidates.add(filename);
        }
        if (!inside.isEmpty()) {
            candidates.addAll(PathSearch.withEndings(List.of(inside)));
        }
        return List.copyOf(candidates);
    }
}
