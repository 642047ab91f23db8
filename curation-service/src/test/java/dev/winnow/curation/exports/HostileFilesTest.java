package dev.winnow.curation.exports;

import static dev.winnow.curation.exports.ExportFixture.box;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.objects.Categories;
import dev.winnow.curation.objects.ObjectImport;
import dev.winnow.curation.objects.ObjectImport.Mode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files that are wrong, by mistake or on purpose: what can be used of them is, everything else is named. */
class HostileFilesTest {

    private static final String NAMES = "names: [dog, \"\"]\n";

    private final ExportFixture fixture = new ExportFixture();

    @BeforeEach
    void images() {
        fixture.images.put("d", "a.jpg", 100, 80, List.of(), null);
        fixture.images.put("d", "x/a.jpg", 100, 80, List.of(), null);
        fixture.images.put("other", "b.jpg", 100, 80, List.of(), null);
    }

    @Test
    void badLinesAreNamedAndOthersGoIn() throws Exception {
        ObjectImport.Imported imported = yolo(
                archive(
                        Map.of(
                                "data.yaml", NAMES,
                                "__MACOSX/labels/._a.txt", "junk",
                                "labels/train/a.txt", """
                        0 0.5 0.5 0.2 0.2 0.75
                        1 0.5 0.5 0.2 0.2
                        7 0.5 0.5 0.2 0.2
                        -1 0.5 0.5 0.2 0.2
                        0 0.5 0.5 0.2
                        0 0.5 0.5 NaN 0.2
                        0 0.5 0.5 0.2 0
                        0 0.1 0.1 0.2 0.1 0.2 0.2
                        0 9 9 0.2 0.2
                        0 0.5 0.5 0.2 0.2 NaN
                        0 0.5 0.5 0.2 1e999

                        0 0.25 0.25 0.2 0.2
                        """,
                                "labels/x/b.txt", "0 0.5 0.5 0.2 0.2\n",
                                "labels/../../../etc/passwd.txt", "0 0.5 0.5 0.2 0.2\n",
                                "labels/train/b.txt", "0 0.5 0.5 0.2 0.2\n",
                                "images/a.txt", "0 0.5 0.5 0.2 0.2\n",
                                "winnow/0.ndjson",
                                        "{\"file\": 7, \"objects\": [null]}\nnull\n[]\n{\"file\": \"f\", \"path\": \"../up\", \"annotated\": true, \"size\": {\"width\": 0, \"height\": 1}}\n")));
        assertThat(fixture.objects
                        .find("d", id("a.jpg"))
                        .orElseThrow()
                        .objects()
                        .objects())
                .hasSize(2);
        assertThat(imported.problems())
                .extracting(ObjectImport.Problem::item)
                .contains(
                        "labels/train/a.txt line 2",
                        "labels/train/a.txt line 3",
                        "labels/train/a.txt line 4",
                        "labels/train/a.txt line 5",
                        "labels/train/a.txt line 6",
                        "labels/train/a.txt line 7",
                        "labels/train/a.txt line 8",
                        "labels/train/a.txt line 9",
                        "labels/train/a.txt line 10",
                        "labels/train/a.txt line 11",
                        "labels/x/b.txt",
                        "labels/../../../etc/passwd.txt",
                        "labels/train/b.txt",
                        "winnow/0.ndjson line 1",
                        "winnow/0.ndjson line 2",
                        "winnow/0.ndjson line 3",
                        "winnow/0.ndjson line 4");
        // Nobody else's image, and none of the same name in another folder.
        assertThat(fixture.objects.list("other").hasNext()).isFalse();
        assertThat(fixture.objects.find("d", id("x/a.jpg"))).isEmpty();
    }

    @Test
    void xmlOpensNothing() throws Exception {
        String good =
                "<annotation><filename>a.jpg</filename><object><name>dog</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object>"
                        + "<object><name>dog</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>0</xmax><ymax>9</ymax></bndbox></object><object><name>dog</name></object></annotation>";
        ObjectImport.Imported imported = voc(archive(Map.of(
                "Annotations/a.xml", good,
                "Annotations/1.xml",
                        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><annotation><filename>&e;</filename></annotation>",
                "Annotations/2.xml",
                        "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><annotation><filename>&b;</filename></annotation>",
                "Annotations/3.xml", "<annotation>" + "<a>".repeat(10_000),
                "Annotations/4.xml", "<annotation><filename>../../none.jpg</filename></annotation>",
                "Annotations/5.xml", "<html/>",
                "Annotations/6.xml", "no xml")));
        assertThat(imported.images()).isEqualTo(1);
        assertThat(imported.problems())
                .extracting(ObjectImport.Problem::item)
                .containsExactlyInAnyOrder(
                        "Annotations/1.xml",
                        "Annotations/2.xml",
                        "Annotations/3.xml",
                        "Annotations/4.xml",
                        "Annotations/5.xml",
                        "Annotations/6.xml",
                        "Annotations/a.xml line 1",
                        "Annotations/a.xml line 1");
        assertThat(imported.problems()).noneMatch(problem -> problem.reason().contains("root:"));
        // One file alone, with a byte order mark.
        assertThat(voc(("\uFEFF" + good).getBytes(StandardCharsets.UTF_8)).objects())
                .isEqualTo(1);
        fixture.imports.importVoc(
                "d",
                new ByteArrayInputStream(good.replace("xmin>1", "xmin>2").getBytes(StandardCharsets.UTF_8)),
                Mode.MERGE,
                null);
        assertThat(fixture.objects
                        .find("d", id("a.jpg"))
                        .orElseThrow()
                        .objects()
                        .objects())
                .hasSize(2);
    }

    @Test
    void tasksOfLabelStudioAreReadOneByOne() throws Exception {
        String region =
                "{\"id\": \"r1\", \"type\": \"rectanglelabels\", \"original_width\": 100, \"original_height\": 80, \"value\": {\"x\": 10, \"y\": 10, \"width\": 20, \"height\": 20, \"rotation\": 0, \"rectanglelabels\": [\"dog\"]}}";
        String file = """
                [7,
                 {"id": 1, "data": {"image": "s3://bucket/d/x/a.jpg"}, "annotations": [
                   {"updated_at": "2026-02-01T00:00:00Z", "result": [%1$s, {"id": "c", "type": "choices", "value": {"choices": ["cat", "cat", "grey"]}}]},
                   {"updated_at": "2026-01-01T00:00:00Z", "result": []},
                   {"updated_at": "2026-03-01T00:00:00Z", "was_cancelled": true, "result": []}]},
                 {"id": 2, "data": {"picture": "/data/local-files/?d=root/a.jpg"}, "annotations": [{"result": [
                   %2$s, %3$s, {"type": "polygonlabels"}, %4$s, {"type": "rectanglelabels", "value": {}}, null]}]},
                 {"id": 3, "data": {"image": "s3://bucket/elsewhere/a.jpg"}, "annotations": [{"result": []}]},
                 {"id": 4, "data": {}},
                 {"id": 5, "data": {"path": "a.jpg"}, "annotations": [{"result": []}]},
                 {"id": 6, "data": {"path": "x/none.jpg"}, "predictions": [{"result": [%1$s]}]}]
                """.formatted(
                        region,
                        region.replace("\"rotation\": 0", "\"rotation\": 30"),
                        region.replace("100", "101"),
                        region.replace("[\"dog\"]", "[]"));
        ObjectImport.Imported imported = fixture.imports.importLabelStudio("d", stream(file), Mode.REPLACE, null);
        assertThat(imported.problems())
                .extracting(ObjectImport.Problem::item)
                .contains(
                        "task [0]",
                        "task 2 result r1",
                        "task 2 result [2]",
                        "task 2 result [4]",
                        "task 2 result [5]",
                        "task 3",
                        "task 4",
                        "task 5",
                        "task 6");
        assertThat(fixture.images.get("d", "x/a.jpg").labels()).containsExactly("cat", "grey");
        assertThat(fixture.images.get("d", "a.jpg").labels()).isEmpty();
        assertThat(fixture.objects
                        .find("d", id("x/a.jpg"))
                        .orElseThrow()
                        .objects()
                        .objects())
                .singleElement()
                .satisfies(box -> {
                    assertThat(box.id()).isEqualTo("r1");
                    assertThat(box.box().numbers()).containsExactly(10.0, 8.0, 20.0, 16.0);
                });
        // Of the size of another picture: it is not this one.
        assertThat(fixture.objects.find("d", id("a.jpg"))).isEmpty();
    }

    @Test
    void anXmlFileOfSomethingElseDisturbsNoOther() throws Exception {
        String good =
                "<annotation><filename>a.jpg</filename><object><name>dog</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>";
        ObjectImport.Imported imported = voc(archive(Map.of(
                "Annotations/a.xml", good, "Annotations/1.xml", "<project><object><name>x</name></object></project>")));
        assertThat(imported.problems()).singleElement().satisfies(problem -> assertThat(problem.item())
                .isEqualTo("Annotations/1.xml"));
        assertThat(fixture.objects.find("d", id("a.jpg"))).isPresent();
    }

    @Test
    void nullIsNoName() throws Exception {
        fixture.images.put("d", "null", 100, 80, List.of(), null);
        fixture.imports.importLabelStudio("d", stream("""
                [{"data": {"path": null, "image": "a.jpg"}, "annotations": [{"result":
                  [{"id": null, "type": "choices", "value": {"choices": [null, "cat"]}}]}]}]"""), Mode.REPLACE, null);
        assertThat(fixture.images.get("d", "a.jpg").labels()).containsExactly("cat");
        ObjectImport.Imported imported = fixture.imports.importCoco("d", stream("""
                {"images": [{"id": 1, "file_name": null}, {"id": null, "file_name": "a.jpg"}],
                 "categories": [{"id": 1, "name": null}], "annotations": []}"""), Mode.REPLACE, null);
        assertThat(imported.problemCount()).isEqualTo(3);
        assertThat(fixture.objects.find("d", id("null"))).isEmpty();
    }

    @Test
    void labelsThatAreChosenTakeNoBoxesAway() throws Exception {
        fixture.annotate(fixture.images.get("d", "a.jpg"), "d", null, box("1", "dog", null, 1, 2, 3, 4));
        String task = """
                [{"data": {"image": "a.jpg"}, "annotations": [{"result": [%s]}]}]""";
        String choice = "{\"type\": \"choices\", \"value\": {\"choices\": [\"cat\"]}}";
        fixture.imports.importLabelStudio("d", stream(task.formatted(choice)), Mode.REPLACE, null);
        assertThat(fixture.images.get("d", "a.jpg").labels()).containsExactly("cat");
        assertThat(fixture.objects
                        .find("d", id("a.jpg"))
                        .orElseThrow()
                        .objects()
                        .objects())
                .hasSize(1);
        fixture.imports.importLabelStudio("d", stream(task.formatted("")), Mode.REPLACE, null);
        assertThat(fixture.images.get("d", "a.jpg").labels()).containsExactly("cat");
        assertThat(fixture.objects
                        .find("d", id("a.jpg"))
                        .orElseThrow()
                        .objects()
                        .objects())
                .isEmpty();
    }

    @Test
    void whatIsNoArchiveIsRefused() throws Exception {
        assertThatThrownBy(() -> yolo(new byte[0])).isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() -> yolo("PK no zip".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() -> yolo(archive(Map.of("labels/a.txt", "0 0.5 0.5 0.2 0.2"))))
                .hasMessageContaining("data.yaml");
        assertThatThrownBy(() -> yolo(archive(Map.of("data.yaml", "names: {a: b"))))
                .hasMessageContaining("data.yaml: expected YAML");
        assertThatThrownBy(() -> yolo(archive(Map.of("data.yaml", "names: {2000000000: b}"))))
                .hasMessageContaining("data.yaml: expected YAML");
        byte[] whole = archive(Map.of("data.yaml", NAMES, "labels/a.txt", "0 0.5 0.5 0.2 0.2\n".repeat(100)));
        assertThatThrownBy(() -> yolo(Arrays.copyOf(whole, 1800))).isInstanceOf(InvalidParameterException.class);
        // A header that claims to be two gigabytes long, packed to next to nothing.
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(longName());
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                gzip.write(zeros);
            }
        }
        assertThatThrownBy(() -> yolo(bomb.toByteArray())).isInstanceOf(InvalidParameterException.class);
        InputStream broken = new FilterInputStream(new ByteArrayInputStream(whole)) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                throw new IOException("connection reset");
            }
        };
        assertThatThrownBy(() -> fixture.imports.importYolo("d", broken, Mode.REPLACE, null))
                .isInstanceOf(IOException.class)
                .hasMessage("connection reset");
        assertThat(fixture.objects.list("d").hasNext()).isFalse();
    }

    /** A tar header of GNU's kind of long names, of 2 GiB less a byte. */
    private static byte[] longName() {
        byte[] header = new byte[512];
        put(header, 0, "././@LongLink");
        put(header, 100, "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "17777777777");
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        put(header, 156, "L");
        put(header, 257, "ustar  ");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xFF;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    @Test
    void aFileThatCouldNotBeWrittenToItsEndLooksLikeNone() throws Exception {
        fixture.annotate(fixture.images.get("d", "a.jpg"), "d", null, box("1", "dog", null, 1, 2, 3, 4));
        for (ExportFormat format :
                List.of(ExportFormat.COCO, ExportFormat.LABEL_STUDIO, ExportFormat.CVAT, ExportFormat.PARQUET)) {
            int[] rounds = {format == ExportFormat.CVAT ? 1 : 0};
            ImageSource breaking = consumer -> {
                consumer.accept(List.of(new ExportedImage(
                        fixture.images.get("d", "a.jpg"),
                        fixture.objects.find("d", id("a.jpg")).orElseThrow().objects())));
                // Classes are looked for before anything is written.
                if (rounds[0]-- == 0) {
                    throw new IOException("store gone");
                }
            };
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThatThrownBy(() -> DatasetExport.write(
                            breaking, format, Categories.NONE, "s3://b/d/", ExportFixture.JSON, out))
                    .hasMessage("store gone");
            String text = out.toString(StandardCharsets.ISO_8859_1);
            assertThat(text)
                    .as("%s", format)
                    .doesNotEndWith("}")
                    .doesNotEndWith("]\n")
                    .doesNotEndWith("</annotations>")
                    .doesNotEndWith("PAR1");
        }
    }

    private ObjectImport.Imported yolo(byte[] archive) throws IOException {
        return fixture.imports.importYolo("d", new ByteArrayInputStream(archive), Mode.REPLACE, null);
    }

    private ObjectImport.Imported voc(byte[] file) throws IOException {
        return fixture.imports.importVoc("d", new ByteArrayInputStream(file), Mode.REPLACE, null);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] archive(Map<String, String> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Archive archive = Archive.Kind.TAR.open(out)) {
            for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
                archive.add(file.getKey(), file.getValue());
            }
            archive.finish();
        }
        return out.toByteArray();
    }

    private static ImageId id(String path) {
        return ImageId.of(new ObjectKey("d", path));
    }
}
