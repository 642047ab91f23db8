package dev.winnow.curation.exports;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.ImageFiles;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.objects.Extras;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** An archive of a dataset: what its format wants, {@link Extras} beside it, and maybe the pictures. */
final class ImageArchive implements Closeable {

    /** What a reader of the archive has to hold. */
    private static final int EXTRAS_BYTES = 4 << 20;

    private final Archive archive;
    private final @Nullable ImageFiles files;
    private final String dataset;
    private final ObjectMapper json;
    private final ByteArrayOutputStream extras = new ByteArrayOutputStream();
    private int extrasFiles;

    /** @param files null to leave the pictures out */
    ImageArchive(Archive archive, @Nullable ImageFiles files, String dataset, ObjectMapper json) {
        this.archive = archive;
        this.files = files;
        this.dataset = dataset;
        this.json = json;
    }

    /** The files of the format. */
    Archive files() {
        return archive;
    }

    /** Adds an image's picture, if pictures are wanted. */
    void picture(String name, DatasetImage image) throws IOException {
        if (files == null) {
            return;
        }
        byte[] content;
        try (InputStream in = files.open(new ObjectKey(dataset, image.path()))) {
            content = in.readAllBytes();
        } catch (NotFoundException e) {
            // Deleted since the index was read: as if it had been a moment earlier.
            return;
        } catch (IOException e) {
            throw new DependencyUnavailableException("S3", e);
        }
        archive.add(name, content);
    }

    /** Adds what the format has no place for. */
    void extras(Extras image) throws IOException {
        extras.write(json.writeValueAsBytes(image));
        extras.write('\n');
        if (extras.size() > EXTRAS_BYTES) {
            flushExtras();
        }
    }

    private void flushExtras() throws IOException {
        if (extras.size() > 0) {
            archive.add(Extras.NAME + "/%06d".formatted(extrasFiles++) + Extras.SUFFIX, extras.toByteArray());
            extras.reset();
        }
    }

    void finish() throws IOException {
        flushExtras();
        archive.finish();
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }
}
