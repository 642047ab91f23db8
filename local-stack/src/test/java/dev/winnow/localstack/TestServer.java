package dev.winnow.localstack;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;

/**
 * A real server that the contract tests run against: one given by an environment variable, or a container where Docker
 * is there, or none, and then the tests skip.
 *
 * @param uri its address
 * @param user from the address, or empty
 * @param password from the address, or empty
 */
public record TestServer(URI uri, String user, String password) {

    /** The server that a variable gives: {@code host:port} or a URL, with user and password where it wants them. */
    public static Optional<TestServer> given(String variable) {
        String value = System.getenv(variable);
        if (value == null || value.isBlank()) {
            return Optional.empty();
        }
        return Optional.of(parse(value));
    }

    public static TestServer parse(String value) {
        URI uri = URI.create(value.contains("://") ? value : "http://" + value);
        if (uri.getHost() == null) {
            throw new IllegalArgumentException(value + " is not a URL such as http://localhost:9000");
        }
        String info = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
        int colon = info.indexOf(':');
        return new TestServer(
                uri,
                decoded(colon < 0 ? info : info.substring(0, colon)),
                colon < 0 ? "" : decoded(info.substring(colon + 1)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Whether a variable gives a server, or a container can be started in its place. */
    public static boolean available(String variable) {
        String value = System.getenv(variable);
        return (value != null && !value.isBlank())
                || DockerClientFactory.instance().isDockerAvailable();
    }

    public boolean tls() {
        return uri.getScheme().equals("https");
    }

    public String host() {
        return uri.getHost();
    }

    /** The port, or what it is by default. */
    public int port(int byDefault) {
        return uri.getPort() < 0 ? byDefault : uri.getPort();
    }

    /** The address without user and password. */
    public String endpoint() {
        return uri.getScheme() + "://" + host() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }
}
