package dev.winnow.curation.labels;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** All labels of a dataset, a line for each image of which something is said, written while it is read. */
@ApplicationScoped
public class LabelExport {

    private static final int PAGE = 500;

    private final Datasets datasets;
    private final VectorIndex index;
    private final ObjectWriter lines;

    LabelExport(Datasets datasets, VectorIndex index, ObjectMapper json) {
        this.datasets = datasets;
        this.index = index;
        this.lines = json.writerFor(LabelLine.class).without(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }

    /** @throws dev.winnow.curation.NotFoundException if there is no such dataset */
    public void check(String dataset) {
        datasets.get(dataset);
    }

    /** The images that match, in the order of their ids. */
    public void write(String dataset, Filter filter, OutputStream to) throws IOException {
        BufferedOutputStream out = new BufferedOutputStream(to);
        @Nullable ImageId from = null;
        do {
            VectorIndex.Page page = index.page(dataset, filter, PAGE, from);
            for (DatasetImage image : page.images()) {
                LabelLine line = LabelLine.of(image);
                if (!line.isEmpty()) {
                    lines.writeValue(out, line);
                    out.write('\n');
                }
            }
            from = page.next();
        } while (from != null);
        out.flush();
    }
}
