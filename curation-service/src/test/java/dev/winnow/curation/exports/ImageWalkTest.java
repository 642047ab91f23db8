package dev.winnow.curation.exports;

import static dev.winnow.curation.exports.ExportFixture.box;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Filter.Condition;
import dev.winnow.curation.slices.CloseableIterator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageWalkTest {

    private static final int IMAGES = 2_300;

    private final ExportFixture fixture = new ExportFixture();
    private final Set<String> annotated = new TreeSet<>();
    /** Lists that were opened and not closed. */
    private int open;

    @BeforeEach
    void images() {
        for (int i = 0; i < IMAGES; i++) {
            DatasetImage image = fixture.images.put("d", i + ".jpg", 100, 80, List.of(), null);
            if (i % 7 == 0) {
                fixture.annotate(image, "d", null, box("b", "dog", null, 1, 2, 3, 4));
                annotated.add(image.path());
            }
        }
        // Annotated, and gone from the index.
        DatasetImage gone = fixture.images.put("gone", "gone.jpg", 100, 80, List.of(), null);
        fixture.annotate(gone, "d", null, box("b", "dog", null, 1, 2, 3, 4));
    }

    @Test
    void everyImageOnceWithItsBoxes() throws Exception {
        // All of them, by the list of annotated ones; and by asking for each.
        Condition wide = new Condition.Range("width", 1.0, null, null, null);
        for (Selection selection : List.of(Selection.ALL, new Selection.Matching(new Filter(List.of(wide))))) {
            List<ExportedImage> walked = walk(selection);
            assertThat(walked).hasSize(IMAGES);
            assertThat(walked)
                    .extracting(image -> image.image().id().toString())
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(walked.stream().filter(ExportedImage::annotated).map(image -> image.image()
                            .path()))
                    .containsExactlyInAnyOrderElementsOf(annotated);
        }
    }

    @Test
    void aListOfIdsIsWhatItNames() throws Exception {
        List<ImageId> ids = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            ids.add(ImageId.of(new ObjectKey("d", 2 * i + ".jpg")));
        }
        ids.add(ImageId.of(new ObjectKey("gone", "gone.jpg")));
        ids.sort((a, b) -> a.toString().compareTo(b.toString()));
        Selection listed = listed(ids);
        List<ExportedImage> walked = walk(listed);
        assertThat(walked).hasSize(500);
        assertThat(walked).extracting(image -> image.image().id().toString()).isSorted();
        assertThat(walked.stream().filter(ExportedImage::annotated)).hasSize(72);
        // Formats that read twice read the same twice.
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        fixture.export.write(DatasetExport.Request.of("d", listed, "cvat", false, "tar"), out);
        assertThat(out.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("<box ")))
                .hasSize(72);
        assertThat(open).isZero();
    }

    @Test
    void nothingComesOfNothing() throws Exception {
        for (ExportFormat format : ExportFormat.values()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            fixture.export.write(
                    DatasetExport.Request.of("d", listed(List.of()), format.toString(), false, "zip"), out);
            if (format != ExportFormat.LIST) {
                assertThat(out.size()).as("%s", format).isPositive();
            }
        }
        assertThatThrownBy(() -> fixture.export("nobodys", "coco", false, "tar"))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> fixture.export("d", "csv", true, "tar")).isInstanceOf(InvalidParameterException.class);
    }

    private Selection listed(List<ImageId> ids) {
        return new Selection.Listed("some", ids.size(), () -> {
            open++;
            Iterator<ImageId> iterator = ids.iterator();
            return new CloseableIterator<>() {
                @Override
                public boolean hasNext() {
                    return iterator.hasNext();
                }

                @Override
                public ImageId next() {
                    return iterator.next();
                }

                @Override
                public void close() {
                    open--;
                }
            };
        });
    }

    private List<ExportedImage> walk(Selection selection) throws IOException {
        List<ExportedImage> walked = new ArrayList<>();
        new ImageWalk(fixture.images, fixture.objects, "d", selection).forEach(part -> {
            assertThat(part).hasSizeLessThanOrEqualTo(200);
            walked.addAll(part);
        });
        return walked;
    }
}
