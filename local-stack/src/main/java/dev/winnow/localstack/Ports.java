package dev.winnow.localstack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** TCP ports of the loopback interface. */
final class Ports {

    private Ports() {}

    /**
     * The port itself when it is free, or a free one for 0.
     *
     * @throws StartException when something listens there already
     */
    static int claim(String purpose, int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new StartException("port " + port + " (" + purpose + ") is taken", e);
        }
    }
}
