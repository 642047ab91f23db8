package dev.winnow.embedding.catalogue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The model that a suite is to be started with, in its data folder. {@code ./winnow up} reads the file, see there before
 * changing it.
 *
 * @param manifest absolute path
 * @param folder of the added models, absolute path; null where an older version wrote the file
 */
record ChosenModel(String name, String manifest, @Nullable String folder) {

    private static final String FILE = "model.json";

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    static ChosenModel of(String name, Path manifest, ModelFolders folders) {
        return new ChosenModel(
                name,
                manifest.toAbsolutePath().toString(),
                folders.folder().toAbsolutePath().toString());
    }

    /** @throws Failure if there is a choice that cannot be read */
    static Optional<ChosenModel> read(Path data) throws Failure {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(file.toFile(), ChosenModel.class));
        } catch (IOException e) {
            throw new Failure("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Durable when it returns. */
    void write(Path data) throws IOException {
        Files.createDirectories(data);
        Path unfinished = data.resolve(FILE + ".new");
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(java.nio.ByteBuffer.wrap(JSON.writeValueAsBytes(this)));
            channel.force(true);
        }
        Files.move(unfinished, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
