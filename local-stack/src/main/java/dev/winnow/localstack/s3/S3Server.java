package dev.winnow.localstack.s3;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** An S3 server on a folder, with one bucket whose changes are told to a topic. */
public final class S3Server implements AutoCloseable {

    private final S3Proxy proxy;
    private final ChangeRelay relay;
    private final String endpoint;

    private S3Server(S3Proxy proxy, ChangeRelay relay, String endpoint) {
        this.proxy = proxy;
        this.relay = relay;
        this.endpoint = endpoint;
    }

    /** Who may use the server. */
    public record Credentials(String accessKey, String secretKey) {}

    /**
     * Starts the server and creates the bucket where it is missing.
     *
     * @param objects the folder of the objects
     * @param journal the folder of the events not yet told
     * @param kafka the broker's bootstrap address
     */
    public static S3Server start(
            Path objects, Path journal, int port, Credentials credentials, String bucket, String kafka, String topic)
            throws Exception {
        BlobStore store = new FilesystemNio2BlobStore(objects.toString());
        if (!store.containerExists(bucket)) {
            store.createContainer(bucket);
        }
        ChangeRelay relay = new ChangeRelay(new ChangeJournal(journal), new ObjectChangeTopic(kafka, topic), store);
        String endpoint = "http://localhost:" + port;
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(new NotifyingBlobStore(store, bucket, relay))
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, credentials.accessKey(), credentials.secretKey())
                .ignoreUnknownHeaders(true)
                .jettyMaxThreads(64)
                .build();
        proxy.start();
        return new S3Server(proxy, relay, endpoint);
    }

    /** The URL clients are given. */
    public String endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("S3 did not stop in order", e);
        } finally {
            relay.close();
        }
    }
}
