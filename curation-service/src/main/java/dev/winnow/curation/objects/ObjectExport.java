package dev.winnow.curation.objects;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.Iterators;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectBox;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVPrinter;

/** All boxes of a dataset as a file, written while it is read. Images that are not in the index are left out. */
@ApplicationScoped
public class ObjectExport {

    private static final int PART = 200;

    private final Datasets datasets;
    private final VectorIndex index;
    private final ObjectStore store;
    private final ObjectMapper json;

    ObjectExport(Datasets datasets, VectorIndex index, ObjectStore store, ObjectMapper json) {
        this.datasets = datasets;
        this.index = index;
        this.store = store;
        this.json = json;
    }

    /** @throws dev.winnow.curation.NotFoundException if there is no such dataset */
    public void check(String dataset) {
        datasets.get(dataset);
    }

    /** COCO's JSON: every annotated image, also those on which nothing was found. */
    public void coco(String dataset, OutputStream out) throws IOException {
        try (CocoWriter writer = new CocoWriter(new BufferedOutputStream(out), store.categories(dataset), json)) {
            forEach(dataset, writer::image);
            writer.finish();
        }
    }

    /** CSV, a row for each box. */
    public void csv(String dataset, OutputStream out) throws IOException {
        BufferedWriter writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        CSVPrinter printer = ObjectCsv.printer(writer);
        forEach(dataset, (image, objects) -> {
            for (ObjectBox object : objects.objects()) {
                ObjectCsv.print(printer, image.path(), object);
            }
        });
        printer.flush();
    }

    private interface Consumer {
        void accept(DatasetImage image, ImageObjects objects) throws IOException;
    }

    private void forEach(String dataset, Consumer consumer) throws IOException {
        Iterator<List<ImageId>> parts = Iterators.partition(store.list(dataset), PART);
        while (parts.hasNext()) {
            List<DatasetImage> images = index.images(dataset, parts.next());
            List<Optional<ObjectStore.Stored>> stored =
                    Concurrently.map(images, image -> store.find(dataset, image.id()));
            for (int i = 0; i < images.size(); i++) {
                if (stored.get(i).isPresent()) {
                    consumer.accept(images.get(i), stored.get(i).get().objects());
                }
            }
        }
    }
}
