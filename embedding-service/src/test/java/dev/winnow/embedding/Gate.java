package dev.winnow.embedding;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A door in front of one server: shut, it refuses what comes and cuts what is open, as a server that is down does. */
final class Gate implements Closeable {

    private final ServerSocket door;
    private final int server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean shut;

    /** A gate on a free port before {@code server}'s port. */
    Gate(int server) {
        this.server = server;
        try {
            this.door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::admit);
    }

    int port() {
        return door.getLocalPort();
    }

    void shut() {
        shut = true;
        open.forEach(Gate::cut);
    }

    void reopen() {
        shut = false;
    }

    @Override
    public void close() throws IOException {
        shut();
        door.close();
    }

    private void admit() {
        while (!door.isClosed()) {
            try {
                Socket outer = door.accept();
                if (shut) {
                    cut(outer);
                    continue;
                }
                open.add(outer);
                Thread.ofVirtual().start(() -> connect(outer));
            } catch (IOException e) {
                // Closed, the only way in which accepting fails here.
                return;
            }
        }
    }

    private void connect(Socket outer) {
        try {
            Socket inner = new Socket(InetAddress.getLoopbackAddress(), server);
            open.add(inner);
            outer.setTcpNoDelay(true);
            inner.setTcpNoDelay(true);
            Thread.ofVirtual().start(() -> pass(outer, inner));
            pass(inner, outer);
        } catch (IOException e) {
            // The server behind is down: so it is for the caller.
            cut(outer);
        }
    }

    private void pass(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            cut(from);
        } finally {
            cut(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void cut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
