package dev.winnow.localstack.qdrant;

import java.nio.file.Path;

/** Where the Qdrant-wire server will listen. */
public final class QdrantServer implements AutoCloseable {
    public static QdrantServer start(Path p, int port, int httpPort) {
        return new QdrantServer(port, httpPort);
    }

    private final int port;
    private final int httpPort;

    private QdrantServer(int port, int httpPort) {
        this.port = port;
        this.httpPort = httpPort;
    }

    public int port() {
        return port;
    }

    public int httpPort() {
        return httpPort;
    }

    @Override
    public void close() {}
}
