package dev.winnow.localstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One local stack for all contract tests of a run; started by the first that needs it. */
public final class SharedLocalStack {

    /** Any free ports, so that tests never meet a stack somebody works with. */
    private static final List<String> FREE_PORTS =
            List.of("--kafka-port", "0", "--s3-port", "0", "--qdrant-port", "0", "--qdrant-http-port", "0");

    private SharedLocalStack() {}

    public static LocalStackProcess get() {
        return Holder.STACK;
    }

    /** A stack of its own for a test that stops or kills it. */
    public static LocalStackProcess start(Path data, String... extraArgs) {
        List<String> args = new ArrayList<>(FREE_PORTS);
        args.addAll(Arrays.asList(extraArgs));
        return LocalStackProcess.start(winnowRoot(), data, args);
    }

    public static Path winnowRoot() {
        return Path.of(System.getProperty("suite.root"));
    }

    private static final class Holder {
        static final LocalStackProcess STACK = shared();

        private static LocalStackProcess shared() {
            try {
                LocalStackProcess stack =
                        start(Files.createTempDirectory("local-stack"), "--topic", "contract.compacted:3:compact");
                Runtime.getRuntime().addShutdownHook(new Thread(stack::close));
                return stack;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
