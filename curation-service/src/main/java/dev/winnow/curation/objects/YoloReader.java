package dev.winnow.curation.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.winnow.contract.Box;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.objects.Drafts.Draft;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive of YOLO's text files: the names of the classes from the {@code names} of a YAML file, or a line each from
 * {@code classes.txt} or {@code obj.names}; a box a line, {@code class x y width height}, and maybe a confidence, which is
 * kept. A text file means the picture of its name with any of the
 * usual endings: {@code labels/train/a.txt} is {@code images/train/a.jpg}, {@code train/a.jpg} or {@code a.jpg}, the first
 * that there is.
 */
final class YoloReader {

    private static final int MOST_BYTES = 4 << 20;
    private static final Pattern SPACE = Pattern.compile("[ \\t\\r]+");

    /** In the archive's first folders these are lists of images, or words for people. */
    private static final Pattern NO_LABELS = Pattern.compile(
            "(.*/)?(train|val|valid|validation|test|default|classes|[^/]*readme[^/]*)\\.txt", Pattern.CASE_INSENSITIVE);

    /** A folder that stands for a split. */
    private static final Pattern SPLIT = Pattern.compile("^(train|val|valid|validation|test|default)[0-9]*/");

    private static final YAMLMapper YAML = new YAMLMapper();

    private final Drafts drafts = new Drafts();
    private final PathSearch paths;
    private final ArchivedExtras extras;
    private final Map<String, List<Line>> files = new TreeMap<>();
    private final Set<String> broken = new HashSet<>();
    private @Nullable List<String> names;

    /** A box, while the names of the classes are not known. */
    private record Line(
            int number,
            int label,
            YoloCoordinates box,
            @Nullable String confidence) {}

    /** How a box that was exported stood there. */
    private record Notation(String label, YoloCoordinates box) {}

    YoloReader(ObjectMapper json, PathSearch paths) {
        this.paths = paths;
        this.extras = new ArchivedExtras(json, drafts);
    }

    /**
     * Reads an archive. What is wrong with one line is noted, and disturbs no other.
     *
     * @throws InvalidParameterException if it is no archive, or has no names of classes
     */
    Drafts read(InputStream archive) throws IOException {
        ArchiveFiles.forEach(archive, this::file);
        if (names == null) {
            throw new InvalidParameterException(
                    "body",
                    "expected an archive with data.yaml and its names, classes.txt or obj.names"
                            + drafts.problems.first().stream()
                                    .findFirst()
                                    .map(first -> "; " + first.item() + ": " + first.reason())
                                    .orElse(""));
        }
        List<String> classes = names;
        resolve(classes);
        drafts.categories = IntStream.range(0, classes.size())
                .filter(i -> !classes.get(i).isBlank())
                .mapToObj(i -> new Categories.Category(i + 1L, classes.get(i), null))
                .toList();
        return drafts;
    }

    private void file(String name, ArchiveFiles.Content content) throws IOException {
        String last = name.substring(name.lastIndexOf('/') + 1);
        if (ArchivedExtras.isOne(name)) {
            extras.read(name, content.bytes(ArchivedExtras.limit()));
        } else if (last.equals("classes.txt") || last.equals("obj.names")) {
            byte[] lines = content.bytes(MOST_BYTES);
            if (lines != null && names == null) {
                names = new String(lines, StandardCharsets.UTF_8)
                        .lines()
                        .map(String::strip)
                        .toList();
            }
        } else if (last.endsWith(".yaml") || last.endsWith(".yml")) {
            yaml(name, content.bytes(MOST_BYTES));
        } else if (last.endsWith(".txt") && !isList(name)) {
            labels(name, content.bytes(MOST_BYTES));
        }
    }

    /** Lists stand beside the folder of labels, not in it. */
    private static boolean isList(String name) {
        return NO_LABELS.matcher(name).matches() && !("/" + name).contains("/labels/");
    }

    private void yaml(String name, byte @Nullable [] content) {
        try {
            JsonNode given = content == null ? null : YAML.readTree(content).get("names");
            if (given == null) {
                return;
            }
            TreeMap<Integer, String> byNumber = new TreeMap<>();
            if (given.isArray()) {
                given.forEach(label -> byNumber.put(byNumber.size(), label.asText()));
            } else {
                given.properties()
                        .forEach(label -> byNumber.put(
                                Integer.parseInt(label.getKey()),
                                label.getValue().asText()));
            }
            int count = byNumber.isEmpty() ? 0 : byNumber.lastKey() + 1;
            if (count > Drafts.MAX_BOXES || (count > 0 && byNumber.firstKey() < 0)) {
                throw new IllegalArgumentException("numbers of classes");
            }
            names = IntStream.range(0, count)
                    .mapToObj(i -> byNumber.getOrDefault(i, ""))
                    .toList();
        } catch (IOException | IllegalArgumentException e) {
            drafts.problems.add(name, "", "expected YAML with names, a list or by number from 0");
        }
    }

    private void labels(String name, byte @Nullable [] content) {
        drafts.holdFile(name.length());
        List<Line> lines = files.computeIfAbsent(name, file -> new ArrayList<>());
        if (content == null) {
            broken.add(name);
            drafts.problems.add(name, "", "expected at most " + MOST_BYTES + " bytes");
            return;
        }
        int number = 0;
        for (String text : new String(content, StandardCharsets.UTF_8).split("\n")) {
            number++;
            if (text.isBlank()) {
                continue;
            }
            if (++drafts.boxes > Drafts.MAX_BOXES) {
                throw new InvalidParameterException(
                        "body", "expected at most " + Drafts.MAX_BOXES + " boxes in a file: split it");
            }
            try {
                lines.add(line(number, SPACE.split(text.strip())));
            } catch (IllegalArgumentException e) {
                broken.add(name);
                drafts.problems.add(
                        name + " line " + number,
                        "",
                        "expected a class by number and x, y, width and height as fractions of the picture, got '"
                                + text.strip()
                                        .substring(0, Math.min(100, text.strip().length())) + "'");
            }
        }
    }

    private static Line line(int number, String[] fields) {
        if (fields.length != 5 && fields.length != 6) {
            throw new IllegalArgumentException("fields");
        }
        return new Line(
                number,
                Integer.parseInt(fields[0]),
                new YoloCoordinates(
                        Double.parseDouble(fields[1]),
                        Double.parseDouble(fields[2]),
                        Double.parseDouble(fields[3]),
                        Double.parseDouble(fields[4])),
                fields.length == 6 ? Double.toString(finite(fields[5])) : null);
    }

    private static double finite(String field) {
        double number = Double.parseDouble(field);
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("expected a finite number");
        }
        return number;
    }

    private void resolve(List<String> classes) {
        // An image without a text file, of an archive that was exported: it has labels, perhaps.
        Set<String> present = Set.copyOf(files.keySet());
        extras.all().keySet().forEach(file -> files.putIfAbsent(file, List.of()));
        List<String> texts = List.copyOf(files.keySet());
        List<String> images = paths.find(texts.size(), i -> candidates(texts.get(i)));
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            Drafts.OfImage draft = drafts.image(text, images.get(i));
            if (!draft.item.equals(text)) {
                drafts.problems.add(text, draft.path, "expected one file of an image, got " + draft.item + " as well");
                continue;
            }
            Extras known = extras.of(text);
            if (known != null) {
                draft.add(known);
            }
            // An empty file says that there is nothing; a part of an export, without the file, says nothing of boxes.
            draft.annotated = present.contains(text);
            draft.incomplete |= broken.contains(text);
            boxes(text, draft, known, classes);
        }
    }

    private void boxes(String text, Drafts.OfImage draft, @Nullable Extras known, List<String> classes) {
        Extras.Written written = new Extras.Written(
                known,
                box -> known == null || known.size() == null
                        ? box
                        : new Notation(box.label(), YoloCoordinates.of(box.box(), known.size())));
        List<Line> lines = Objects.requireNonNull(files.get(text));
        for (Line line : lines) {
            String item = text + " line " + line.number;
            String label = line.label >= 0 && line.label < classes.size() ? classes.get(line.label) : "";
            if (label.isBlank()) {
                draft.incomplete = true;
                drafts.problems.add(item, draft.path, "no name of class " + line.label);
                continue;
            }
            Extras.Known same = written.take(new Notation(label, line.box));
            try {
                draft.boxes.add(same != null ? new Draft(item, same) : relative(item, label, line));
            } catch (IllegalArgumentException e) {
                draft.incomplete = true;
                drafts.problems.add(item, draft.path, String.valueOf(e.getMessage()));
            }
        }
    }

    private static Draft relative(String item, String label, Line line) {
        Box box = new Box(
                line.box.x() - line.box.width() / 2,
                line.box.y() - line.box.height() / 2,
                line.box.width(),
                line.box.height());
        String attributes = line.confidence == null ? null : "{\"confidence\":" + line.confidence + "}";
        return new Draft(item, null, label, box, attributes, true);
    }

    private List<String> candidates(String text) {
        Extras known = extras.of(text);
        if (known != null && known.path() != null) {
            return List.of(known.path());
        }
        String stem = text.substring(0, text.length() - ".txt".length());
        Set<String> stems = new LinkedHashSet<>();
        // labels/train/a.txt is images/train/a.jpg, train/a.jpg or a.jpg.
        stems.add(("/" + stem).replaceFirst("/labels/", "/images/").substring(1));
        String inside =
                ("/" + stem).replaceFirst("^.*?/(labels|obj_train_data)/", "/").substring(1);
        stems.add(inside);
        stems.add(SPLIT.matcher(inside).replaceFirst(""));
        // images/train/labels/a.txt is images/a.jpg: of several folders the last one is that of the texts.
        int last = ("/" + stem).lastIndexOf("/labels/");
        if (last > 0) {
            String picture = stem.substring(0, last - 1) + "/images/" + stem.substring(last + "labels/".length());
            stems.add(picture);
            stems.add(
                    SPLIT.matcher(picture.replaceFirst("^(.*?/)??images/", "")).replaceFirst(""));
        }
        return PathSearch.withEndings(stems);
    }
}
