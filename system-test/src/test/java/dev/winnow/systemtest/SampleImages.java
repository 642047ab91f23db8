package dev.winnow.systemtest;

import dev.winnow.cli.sample.SampleSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** The sample set, drawn once for all tests, into the module's build folder. */
final class SampleImages {

    private static final Supplier<SampleSet.Truth> DRAWN = new Supplier<>() {
        private SampleSet.@org.jspecify.annotations.Nullable Truth truth;

        @Override
        public synchronized SampleSet.Truth get() {
            if (truth == null) {
                try {
                    truth = SampleSet.write(FOLDER);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return truth;
        }
    };

    private static final Path FOLDER = RunningSuite.ROOT.resolve("system-test/target/sample");

    private SampleImages() {}

    static SampleSet.Truth truth() {
        return DRAWN.get();
    }

    /** The first {@code count} images of a class. */
    static List<String> paths(String label, int count) {
        return truth().images().stream()
                .filter(image -> label.equals(image.label()))
                .limit(count)
                .map(SampleSet.Labelled::path)
                .toList();
    }

    static byte[] read(String path) {
        try {
            return Files.readAllBytes(FOLDER.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
