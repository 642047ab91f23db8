package dev.winnow.embedding.catalogue;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Proxies from the variables that command-line tools go by ({@code https_proxy}, {@code http_proxy}, {@code all_proxy},
 * {@code no_proxy}, in either case), which Java does not look at; where none is set, Java's own settings count.
 */
final class EnvironmentProxies extends ProxySelector {

    private final Map<String, String> environment;
    private final Optional<ProxySelector> otherwise;

    EnvironmentProxies(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        this.otherwise = Optional.ofNullable(ProxySelector.getDefault());
    }

    @Override
    public List<Proxy> select(URI uri) {
        Optional<URI> proxy = proxy(uri.getScheme());
        if (proxy.isEmpty()) {
            return otherwise.map(selector -> selector.select(uri)).orElse(List.of(Proxy.NO_PROXY));
        }
        if (isExcepted(uri.getHost())) {
            return List.of(Proxy.NO_PROXY);
        }
        URI address = proxy.get();
        int port = address.getPort() >= 0 ? address.getPort() : "https".equals(address.getScheme()) ? 443 : 80;
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.getHost(), port)));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // Whoever asked is told by the failed connection.
    }

    /** Answers a proxy that asks who is there, if the variables say so ({@code http://user:password@proxy:3128}). */
    Optional<Authenticator> authenticator() {
        return proxy("https")
                .or(() -> proxy("http"))
                .map(URI::getUserInfo)
                .filter(user -> user.contains(":"))
                .map(user -> new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                        int colon = user.indexOf(':');
                        return new PasswordAuthentication(
                                user.substring(0, colon),
                                user.substring(colon + 1).toCharArray());
                    }
                });
    }

    private Optional<URI> proxy(String scheme) {
        return variable(scheme + "_proxy")
                .or(() -> variable("all_proxy"))
                .map(value -> value.contains("://") ? value : "http://" + value)
                .map(URI::create)
                .filter(address ->
                        address.getHost() != null && !address.getScheme().startsWith("socks"));
    }

    private boolean isExcepted(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        for (String except : variable("no_proxy").orElse("").split(",", -1)) {
            String suffix = except.strip().toLowerCase(Locale.ROOT);
            if (suffix.equals("*") || (!suffix.isEmpty() && (name.equals(suffix) || endsWith(name, suffix)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean endsWith(String name, String suffix) {
        return name.endsWith(suffix.startsWith(".") ? suffix : "." + suffix);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.getOrDefault(name, environment.get(name.toUpperCase(Locale.ROOT))))
                .filter(value -> !value.isBlank());
    }
}
