package dev.winnow.cli.suite;

import dev.winnow.cli.terminal.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The eight ports of a suite on one machine, all on the loopback address. */
public record Ports(
        int ingest, int embedding, int curation, int kafka, int controller, int s3, int qdrant, int qdrantHttp) {

    /** The first port where none is asked for. */
    public static final int DEFAULT_BASE = 8100;

    private static final int COUNT = 8;

    /**
     * Eight ports in a row from {@code base}; 0 means any that are free.
     *
     * @throws Failure if {@code base} is no port, or one of the eight is taken
     */
    public static Ports from(int base) throws Failure {
        if (base == 0) {
            return free();
        }
        if (base < 1 || base > 65_536 - COUNT) {
            throw new Failure("--port-base " + base + ": expected 0, or 1 to " + (65_536 - COUNT));
        }
        Ports ports = new Ports(base, base + 1, base + 2, base + 3, base + 4, base + 5, base + 6, base + 7);
        for (Map.Entry<String, Integer> port : ports.byPurpose().entrySet()) {
            if (taken(port.getValue())) {
                throw new Failure(
                        "port " + port.getValue() + ", wanted for " + port.getKey()
                                + ", is taken by another program: choose another range with --port-base N (0 takes free ports)");
            }
        }
        return ports;
    }

    /** Eight free ports. They are not held: another program could still take one before the suite does. */
    public static Ports free() throws Failure {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < COUNT; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> p = held.stream().map(ServerSocket::getLocalPort).toList();
            return new Ports(p.get(0), p.get(1), p.get(2), p.get(3), p.get(4), p.get(5), p.get(6), p.get(7));
        } catch (IOException e) {
            throw new Failure("no free ports: " + e.getMessage(), e);
        } finally {
            for (ServerSocket socket : held) {
                closeQuietly(socket);
            }
        }
    }

    private Map<String, Integer> byPurpose() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("the ingest service", ingest);
        ports.put("the embedding service", embedding);
        ports.put("the curation service", curation);
        ports.put("Kafka", kafka);
        ports.put("the Kafka controller", controller);
        ports.put("S3", s3);
        ports.put("Qdrant (gRPC)", qdrant);
        ports.put("Qdrant (HTTP)", qdrantHttp);
        return ports;
    }

    /** Tried on the loopback and on every address: on macOS the one can be had while the other is taken. */
    private static boolean taken(int port) {
        for (InetSocketAddress address :
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), new InetSocketAddress(port))) {
            try (ServerSocket socket = new ServerSocket()) {
                // As the servers do it, so that connections of a suite just stopped, still in TIME_WAIT, do not count.
                socket.setReuseAddress(true);
                socket.bind(address, 1);
            } catch (IOException e) {
                return true;
            }
        }
        return false;
    }

    private static void closeQuietly(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot close a socket", e);
        }
    }
}
