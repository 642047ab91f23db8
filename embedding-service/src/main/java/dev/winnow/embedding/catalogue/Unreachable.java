package dev.winnow.embedding.catalogue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import javax.net.ssl.SSLException;

/** What failed connections mean, in words. */
final class Unreachable {

    private Unreachable() {}

    /** Whether trying again at once would end the same way: a name that does not resolve, a certificate, a full disk. */
    static boolean isHopeless(IOException e) {
        return isUnresolved(e) || e instanceof SSLException || e instanceof FileSystemException;
    }

    static String why(IOException e) {
        if (isUnresolved(e)) {
            return "there is no such host, or no network";
        }
        return switch (e) {
            case HttpConnectTimeoutException timeout -> "no answer to the connection";
            case HttpTimeoutException timeout -> "no answer to the request";
            case NoRouteToHostException unreachable -> "the network is unreachable";
            case ConnectException refused -> "the connection was refused, or the network is unreachable";
            case SSLException untrusted -> "no trusted connection: " + untrusted.getMessage();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }

    private static boolean isUnresolved(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }
}
