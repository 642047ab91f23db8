package dev.winnow.localstack.s3;

import dev.winnow.localstack.StartedParts;
import dev.winnow.localstack.s3.awssdk.ConditionalBlobStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** An S3 server on a folder, with one bucket whose changes are told to a topic. */
public final class S3Server implements AutoCloseable {

    private static final int THREADS = 64;
    private static final long STOP_MILLIS = 10_000;
    private static final int LARGEST_HEADERS = 64 << 10;

    private final StartedParts parts = new StartedParts();
    private final String endpoint;

    private S3Server(String endpoint) {
        this.endpoint = endpoint;
    }

    /** Who may use the server. */
    public record Credentials(String accessKey, String secretKey) {}

    /**
     * Starts the server and creates the bucket where it is missing.
     *
     * @param objects the folder of the objects
     * @param events the folder that knows which events were told
     * @param kafka the broker's bootstrap address
     */
    public static S3Server start(
            Path objects, Path events, int port, Credentials credentials, String bucket, String kafka, String topic)
            throws Exception {
        S3Server server = new S3Server("http://localhost:" + port);
        try {
            server.run(objects, events, port, credentials, bucket, kafka, topic);
            return server;
        } catch (Exception e) {
            server.close();
            throw e;
        }
    }

    private void run(
            Path objects, Path events, int port, Credentials credentials, String bucket, String kafka, String topic)
            throws Exception {
        ChangeRelay relay = parts.add(new ChangeRelay(events.resolve("told")));
        ObjectStore store = parts.add(ObjectStore.open(objects, bucket, relay.toldUpTo(), relay::add));
        S3Origin origin = new S3Origin(credentials.accessKey(), deployment(events), endpoint);
        relay.start(() -> new ObjectChangeTopic(kafka, topic, new ObjectChange(origin)), store::sync);
        ObjectBlobStore blobs = new ConditionalBlobStore(store);
        if (!blobs.containerExists(bucket)) {
            blobs.createContainer(bucket);
        }
        Path uploads = emptied(objects.resolve("forms"));
        Server jetty = jetty(port, new S3Servlet(blobs, credentials, uploads));
        parts.add(jetty::stop);
        jetty.start();
    }

    private static Server jetty(int port, S3Servlet servlet) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("s3");
        Server jetty = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setHttpCompliance(HttpCompliance.LEGACY);
        // A key may be anything, "a/../b" and "a//b" as well.
        http.setUriCompliance(UriCompliance.UNSAFE);
        http.setHeaderCacheCaseSensitive(true);
        http.setSendServerVersion(false);
        // More than S3 has, so that it is the servlet that refuses what is too large, in S3's words.
        http.setRequestHeaderSize(LARGEST_HEADERS);
        ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        jetty.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        context.addServlet(new ServletHolder(servlet), "/*");
        jetty.setHandler(new GracefulHandler(context));
        jetty.setErrorHandler(new S3ErrorPages());
        jetty.setStopTimeout(STOP_MILLIS);
        return jetty;
    }

    /** The folder without the files that a killed process left in it, created where missing. */
    private static Path emptied(Path folder) throws IOException {
        try (var left = Files.newDirectoryStream(Files.createDirectories(folder))) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
        return folder;
    }

    /** The name that the records give this folder. */
    private static String deployment(Path folder) throws IOException {
        Path file = folder.resolve("deployment");
        if (!Files.exists(file)) {
            Files.writeString(file, UUID.randomUUID().toString());
        }
        return Files.readString(file);
    }

    /** The URL clients are given. */
    public String endpoint() {
        return endpoint;
    }

    /** Stops the parts, the last started first; one that fails does not keep the others running. */
    @Override
    public void close() {
        try {
            parts.stop();
        } catch (Exception e) {
            throw new IllegalStateException("S3 did not stop in order", e);
        }
    }
}
