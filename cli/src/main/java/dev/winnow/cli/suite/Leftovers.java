package dev.winnow.cli.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The process ids of a suite's children, kept in its data folder, so that the children of a suite that was killed can be
 * ended by the next one. A process is only taken for such a child if its start time is the noted one as well.
 */
final class Leftovers {

    private static final String FILE = "children";

    private Leftovers() {}

    static void note(Path data, List<ProcessHandle> children) throws IOException {
        List<String> lines = new ArrayList<>();
        for (ProcessHandle child : children) {
            lines.add(child.pid() + " " + startOf(child));
        }
        Files.write(data.resolve(FILE), lines);
    }

    static void forget(Path data) throws IOException {
        Files.deleteIfExists(data.resolve(FILE));
    }

    /**
     * Ends what a killed suite left running.
     *
     * @return how many processes that were
     */
    static int end(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            return 0;
        }
        List<ProcessHandle> alive = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ", -1);
            if (words.length == 2 && words[0].matches("\\d{1,18}")) {
                Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(words[0]));
                process.filter(p -> p.isAlive() && startOf(p).equals(words[1])).ifPresent(alive::add);
            }
        }
        List<CompletableFuture<ProcessHandle>> ends = new ArrayList<>();
        for (ProcessHandle process : alive) {
            process.destroyForcibly();
            ends.add(process.onExit());
        }
        ends.forEach(CompletableFuture::join);
        forget(data);
        return alive.size();
    }

    private static String startOf(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(start -> Long.toString(start.toEpochMilli()))
                .orElse("unknown");
    }
}
