package dev.winnow.curation.exports;

import static dev.winnow.curation.exports.ExportFixture.box;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.winnow.contract.Box;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.labels.CsvTable;
import dev.winnow.curation.objects.ObjectImport;
import dev.winnow.curation.objects.ObjectImport.Mode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes out of dataset a comes into dataset b, which has the same pictures. */
class RoundTripTest {

    private static final String ODD = " a, \"b\" 'c' <d> & ]]> é 漢字 😀 # : \uFFFE";

    private final ExportFixture fixture = new ExportFixture();

    @BeforeEach
    void pictures() {
        for (String dataset : List.of("a", "b")) {
            boolean source = dataset.equals("a");
            for (String path : List.of(
                    "day 1/cat.jpg",
                    "cat.jpg",
                    "a.jpg",
                    "a.png",
                    "a.jpeg",
                    "without",
                    "día/x,\"y\"<&>.png",
                    "empty.jpg",
                    "plain.jpg",
                    "labelled.webp",
                    "UPPER.JPG",
                    "odd.xyz")) {
                // As EXIF turned it upright: higher than wide.
                fixture.images.put(
                        dataset,
                        path,
                        101,
                        203,
                        source && path.contains("l") ? List.of("tabby", ODD) : List.of(),
                        source && path.contains("a") ? "validation" : source && path.contains("e") ? "../x y" : null);
            }
        }
        annotate(
                "day 1/cat.jpg",
                "{\"id\": 7, \"license\": 3, \"winnow_like\": [1]}",
                box(
                        "7",
                        "dog",
                        "{\"iscrowd\": 1, \"area\": 12.5, \"segmentation\": [[1.5, 2, 3.25]]}",
                        10.5,
                        20,
                        30,
                        40.25));
        annotate(
                "cat.jpg",
                null,
                box(
                        "n1",
                        ODD,
                        "{\"difficult\": 1, \"pose\": \"Left\", \"text\": \"<&\\u0000\\ud83d\"}",
                        0.1,
                        1 / 3.0,
                        100.9,
                        202),
                box("n2", "dog", null, 0, 0, 101, 203),
                box("n3", "dog", null, 0, 0, 101, 203));
        annotate("a.jpg", null, box("1", "jpg", null, 1, 2, 3, 4));
        annotate("a.png", null, box("1", "png", null, 1, 2, 3, 4));
        annotate("a.jpeg", null, box("1", "jpeg", null, -3.25, -3, 20, 20), box("2", "x", null, 100, 202, 50, 50));
        annotate("without", null, box("1", "w", null, 100, 202, 1, 1));
        annotate("día/x,\"y\"<&>.png", null, box("ü", "dog", null, 1e-7, 1e-7, 1.0000001, 1.0000001));
        annotate("empty.jpg", "{\"id\": \"e\"}");
        annotate("UPPER.JPG", null, box("9007199254740993", "dog", null, 5, 5, 5, 5));
        annotate("odd.xyz", null, box("1", "dog", null, 5, 5, 5, 5));
    }

    private void annotate(String path, @Nullable String attributes, ObjectBox... boxes) {
        fixture.annotate(fixture.images.get("a", path), "a", attributes, boxes);
    }

    @ParameterizedTest
    @CsvSource({"coco,tar", "yolo,tar", "yolo,zip", "voc,tar", "voc,zip", "label-studio,tar"})
    void losesNothing(String format, String archive) throws Exception {
        byte[] file = fixture.export("a", format, ExportFormat.of(format).isArchive(), archive);
        ObjectImport.Imported imported = read("b", format, file, Mode.REPLACE);
        assertThat(imported.problems()).isEmpty();
        assertThat(imported.objects()).isEqualTo(12);
        assertThat(imported.images()).isEqualTo(10);
        // COCO's numbers of images are made up where they had none, and stay what they were made.
        assertThat(said("b", format)).isEqualTo(said("a", format));
        // And once more, over what is there.
        assertThat(read("b", format, fixture.export("b", format, false, archive), Mode.MERGE)
                        .problems())
                .isEmpty();
        assertThat(said("b", format)).isEqualTo(said("a", format));
    }

    private Map<String, String> said(String dataset, String format) {
        Map<String, String> said = fixture.said(dataset);
        if (format.equals("coco")) {
            // What COCO's readers count on is there in any case.
            said.replaceAll((path, text) -> text.replaceAll("\\{\"id\":[0-9\"e]+\\}$", "null")
                    .replaceAll("\"id\":[0-9]+,", "")
                    .replaceAll("\"(area|iscrowd)\":[0-9.]+,?", "")
                    .replace(",}", "}")
                    .replaceAll("\\{\\}", "null"));
        }
        return said;
    }

    @Test
    void csvKeepsLabelsIdsAndBoxes() throws Exception {
        String csv = fixture.text("a", "csv");
        ObjectImport.Imported imported = fixture.imports.importCsv(
                "b", CsvTable.open(new BufferedReader(new StringReader(csv))), Mode.REPLACE, null);
        assertThat(imported.problems()).isEmpty();
        assertThat(fixture.text("b", "csv").lines().sorted())
                .isEqualTo(csv.lines().sorted().toList());
        assertThat(csv).contains("\"" + ODD.replace("\"", "\"\"") + "\"");
        assertThat(fixture.text("a", "csv-labels").lines())
                .contains("labelled.webp,tabby")
                .hasSize(1 + 2 * 2);
    }

    @Test
    void aFileOfAnotherToolSaysTheSameButForWhatItsFormatHasNoPlaceFor() throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        List<ObjectBox> boxes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int x = random.nextInt(100);
            int y = random.nextInt(200);
            boxes.add(box("r" + i, "dog", null, x, y, 1 + random.nextInt(101 - x), 1 + random.nextInt(203 - y)));
        }
        annotate("plain.jpg", null, boxes.toArray(ObjectBox[]::new));
        for (String format : List.of("yolo", "voc")) {
            byte[] foreign = changed(
                    fixture.export("a", format, false, "tar"),
                    (name, text) -> name.startsWith("winnow/") || name.contains("a-") ? null : text);
            ObjectImport.Imported imported = read("b", format, foreign, Mode.REPLACE);
            assertThat(imported.problems())
                    .extracting(ObjectImport.Problem::item)
                    .allMatch(item -> item.contains("odd") || item.contains("without") || item.contains("__x_y"));
            List<ObjectBox> came = stored("b", "plain.jpg");
            assertThat(came)
                    .hasSize((int) boxes.stream().map(ObjectBox::box).distinct().count());
            for (Box box : boxes.stream().map(ObjectBox::box).distinct().toList()) {
                assertThat(came).anySatisfy(there -> {
                    for (int k = 0; k < 4; k++) {
                        assertThat(there.box().numbers().get(k))
                                .isCloseTo(box.numbers().get(k), within(1e-6));
                    }
                });
            }
        }
        // Pascal VOC's are whole pixels: exactly those.
        assertThat(stored("b", "plain.jpg"))
                .extracting(ObjectBox::box)
                .containsAll(boxes.stream().map(ObjectBox::box).toList());
    }

    @Test
    void whatWasEditedOutsideIsWhatItWasEditedTo() throws Exception {
        byte[] yolo = changed(
                fixture.export("a", "yolo", false, "tar"),
                (name, text) -> name.equals("labels/val/day 1/cat.txt")
                        ? text.replaceFirst(" [0-9.]+\n", " 0.5\n")
                        : name.equals("labels/val/cat.txt")
                                ? text.lines().skip(1).reduce("", (a, b) -> a + b + "\r\n")
                                : text);
        assertThat(read("b", "yolo", yolo, Mode.REPLACE).problems()).isEmpty();
        assertThat(stored("b", "day 1/cat.jpg")).singleElement().satisfies(box -> {
            assertThat(box.id()).isNotEqualTo("7");
            assertThat(box.attributes()).isNull();
            assertThat(box.box().height()).isCloseTo(101.5, within(1e-6));
            assertThat(box.box().x()).isCloseTo(10.5, within(1e-6));
        });
        assertThat(stored("b", "cat.jpg")).extracting(ObjectBox::id).containsExactly("n2", "n3");

        byte[] voc = changed(
                fixture.export("a", "voc", false, "tar"),
                (name, text) ->
                        name.equals("Annotations/day 1/cat.xml") ? text.replace("<xmax>", "<xmax>\n  5") : text);
        assertThat(read("b", "voc", voc, Mode.REPLACE).problems()).isEmpty();
        assertThat(stored("b", "day 1/cat.jpg"))
                .singleElement()
                .satisfies(box -> assertThat(box.box().width()).isEqualTo(541 - 12 + 1));
    }

    @Test
    void everyPictureHasItsOwnNameInAnArchive() throws Exception {
        Map<String, byte[]> files = files(fixture.export("a", "yolo", true, "tar"));
        assertThat(files.keySet().stream().filter(name -> name.startsWith("images/")))
                .hasSize(12);
        assertThat(files)
                .containsKeys(
                        "images/val/a.jpg",
                        "labels/val/a.txt",
                        "images/default/UPPER.JPG",
                        "images/default/odd.xyz.jpg");
        assertThat(files.keySet()).anyMatch(name -> name.matches("labels/val/a-[0-9a-f-]{36}\\.txt"));
        assertThat(files.get("images/val/a.jpg"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("a/a.jpg");
        assertThat(files.keySet()).allMatch(name -> !name.startsWith("/") && !("/" + name + "/").contains("/../"));
        assertThat(files).doesNotContainKey("labels/val/plain.txt").containsKey("labels/__x_y/empty.txt");
    }

    /** Ultralytics takes the last folder {@code images} of a picture's path for {@code labels}. */
    @Test
    void boxesStandWhereUltralyticsLooksForThem() throws Exception {
        for (String dataset : List.of("a", "b")) {
            fixture.images.put(dataset, "x/images/dog.jpg", 101, 203, List.of(), null);
        }
        annotate("x/images/dog.jpg", null, box("1", "dog", null, 1, 2, 30, 40));
        byte[] yolo = fixture.export("a", "yolo", true, "tar");
        assertThat(files(yolo))
                .containsKeys("images/default/x/images/dog.jpg", "images/default/x/labels/dog.txt")
                .doesNotContainKey("labels/default/x/images/dog.txt");
        assertThat(read("b", "yolo", yolo, Mode.REPLACE).problems()).isEmpty();
        assertThat(stored("b", "x/images/dog.jpg")).extracting(ObjectBox::id).containsExactly("1");

        byte[] foreign = changed(yolo, (name, text) -> name.contains("dog") || name.equals("data.yaml") ? text : null);
        read("b", "yolo", foreign, Mode.REPLACE);
        assertThat(stored("b", "x/images/dog.jpg")).singleElement().satisfies(box -> assertThat(box.id())
                .isNotEqualTo("1"));
    }

    @Test
    void aPartOfAnExportSaysNothingOfTheBoxesOfOtherImages() throws Exception {
        byte[] whole = fixture.export("a", "yolo", false, "tar");
        read("b", "yolo", whole, Mode.REPLACE);
        List<ObjectBox> before = stored("b", "without");
        assertThat(before).hasSize(1);
        byte[] part = changed(
                whole, (name, text) -> name.startsWith("labels/") && !name.startsWith("labels/val/") ? null : text);
        assertThat(read("b", "yolo", part, Mode.REPLACE).problems()).isEmpty();
        assertThat(stored("b", "without")).isEqualTo(before);
    }

    @Test
    void anEmptyAnnotationMadeOutsideSaysThatThereIsNothing() throws Exception {
        ImageId plain = ImageId.of(new ObjectKey("b", "plain.jpg"));
        byte[] yolo = fixture.export("a", "yolo", false, "tar");
        read("b", "yolo", yolo, Mode.REPLACE);
        assertThat(fixture.objects.find("b", plain)).isEmpty();
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        try (Archive archive = Archive.Kind.TAR.open(more)) {
            for (Map.Entry<String, byte[]> file : files(yolo).entrySet()) {
                archive.add(file.getKey(), file.getValue());
                if (file.getKey().startsWith("winnow/")) {
                    String text = new String(file.getValue(), StandardCharsets.UTF_8);
                    String name = text.lines()
                            .filter(line -> line.contains("\"plain.jpg\""))
                            .map(line -> line.replaceFirst(".*\"file\":\"([^\"]*)\".*", "$1"))
                            .findFirst()
                            .orElseThrow();
                    archive.add(name, "");
                }
            }
            archive.finish();
        }
        assertThat(read("b", "yolo", more.toByteArray(), Mode.REPLACE).problems())
                .isEmpty();
        assertThat(stored("b", "plain.jpg")).isEmpty();
    }

    @Test
    void anExportThatWasPackedAgainInAFolderLosesNothing() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Archive archive = Archive.Kind.TAR.open(out)) {
            for (Map.Entry<String, byte[]> file :
                    files(fixture.export("a", "yolo", false, "tar")).entrySet()) {
                archive.add("my export/" + file.getKey(), file.getValue());
            }
            archive.finish();
        }
        assertThat(read("b", "yolo", out.toByteArray(), Mode.REPLACE).problems())
                .isEmpty();
        assertThat(said("b", "yolo")).isEqualTo(said("a", "yolo"));
    }

    @Test
    void choicesThatWereTakenAwayInLabelStudioStayAway() throws Exception {
        String tasks = new String(fixture.export("a", "label-studio", false, "tar"), StandardCharsets.UTF_8);
        read("b", "label-studio", tasks.getBytes(StandardCharsets.UTF_8), Mode.REPLACE);
        assertThat(fixture.images.get("b", "labelled.webp").labels()).isNotEmpty();
        String without = tasks.replaceAll("\"annotations\":\\[\\{.*", "\"annotations\":[{\"result\":[]}]},")
                .replaceFirst(",(\\s*\\]\\s*)$", "$1");
        read("b", "label-studio", without.getBytes(StandardCharsets.UTF_8), Mode.REPLACE);
        assertThat(fixture.images.get("b", "labelled.webp").labels()).isEmpty();
        assertThat(stored("b", "labelled.webp")).isEmpty();
    }

    @Test
    void attributesNamedAsCocosFieldsTakeNoneOfThem() throws Exception {
        annotate(
                "a.png",
                "{\"file_name\": \"x\", \"width\": 1, \"height\": 1, \"winnow\": 3, \"kept\": 1}",
                box("1", "png", "{\"bbox\": [], \"category_id\": 99, \"image_id\": -1, \"area\": 3}", 1, 2, 3, 4));
        assertThat(read("b", "coco", fixture.export("a", "coco", false, "tar"), Mode.REPLACE)
                        .problems())
                .isEmpty();
        assertThat(stored("b", "a.png")).singleElement().satisfies(box -> {
            assertThat(box.box().numbers()).containsExactly(1.0, 2.0, 3.0, 4.0);
            assertThat(box.label()).isEqualTo("png");
            assertThat(box.attributes()).asString().contains("\"area\":3");
        });
    }

    private interface Change {
        @Nullable
        String apply(String name, String text);
    }

    private static byte[] changed(byte[] tar, Change change) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Archive archive = Archive.Kind.TAR.open(out)) {
            for (Map.Entry<String, byte[]> file : files(tar).entrySet()) {
                String text = change.apply(file.getKey(), new String(file.getValue(), StandardCharsets.UTF_8));
                if (text != null) {
                    archive.add(file.getKey(), text);
                }
            }
            archive.finish();
        }
        return out.toByteArray();
    }

    static Map<String, byte[]> files(byte[] tar) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar), "UTF-8")) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                assertThat(files.put(entry.getName(), in.readAllBytes()))
                        .as(entry.getName())
                        .isNull();
            }
        }
        return files;
    }

    private List<ObjectBox> stored(String dataset, String path) {
        return fixture.objects
                .find(dataset, ImageId.of(new ObjectKey(dataset, path)))
                .orElseThrow()
                .objects()
                .objects();
    }

    private ObjectImport.Imported read(String dataset, String format, byte[] file, Mode mode) throws IOException {
        InputStream in = new ByteArrayInputStream(file);
        return switch (format) {
            case "coco" -> fixture.imports.importCoco(dataset, in, mode, null);
            case "yolo" -> fixture.imports.importYolo(dataset, in, mode, null);
            case "voc" -> fixture.imports.importVoc(dataset, in, mode, null);
            default -> fixture.imports.importLabelStudio(dataset, in, mode, null);
        };
    }
}
