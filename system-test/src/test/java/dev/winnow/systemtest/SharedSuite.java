package dev.winnow.systemtest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One suite for all test classes that do not harm it: started for the first, stopped after the last. */
final class SharedSuite implements ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedSuite.class);

    private record Held(RunningSuite suite, Path data) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            suite.close();
            try (Stream<Path> files = Files.walk(data)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RunningSuite.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Held held = context.getRoot().getStore(NAMESPACE).computeIfAbsent("suite", key -> started(), Held.class);
        return Objects.requireNonNull(held).suite;
    }

    private static Held started() {
        try {
            Path data = Files.createTempDirectory("winnow-system-test");
            return new Held(RunningSuite.start(data), data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
