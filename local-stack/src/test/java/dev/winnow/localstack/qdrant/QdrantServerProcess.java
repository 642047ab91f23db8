package dev.winnow.localstack.qdrant;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The vector server alone in a JVM of its own, to be killed. */
final class QdrantServerProcess {

    private final Process process;
    private final int port;

    private QdrantServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static QdrantServerProcess start(Path folder) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--add-modules",
                        "jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        QdrantServerProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the server ended before it was ready");
        }
        return new QdrantServerProcess(process, Integer.parseInt(line));
    }

    int port() {
        return port;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Runs until it is killed, or its parent is gone. */
    public static void main(String[] arguments) throws IOException {
        QdrantServer server = QdrantServer.start(Path.of(arguments[0]), 0, 0, null);
        System.out.println(server.port());
        while (System.in.read() >= 0) {
            // Nobody writes: the end of the stream is the end of the parent.
        }
        Runtime.getRuntime().halt(1);
    }
}
