package dev.winnow.localstack.s3;

import io.minio.MinioClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import okhttp3.OkHttpClient;

/** MinIO clients that send small requests at once: without TCP_NODELAY each waits 40 ms on loopback. */
public final class S3Clients {

    private S3Clients() {}

    public static MinioClient of(String endpoint, String accessKey, String secretKey) {
        return MinioClient.builder()
                .endpoint(endpoint)
                .region("us-east-1")
                .credentials(accessKey, secretKey)
                .httpClient(new OkHttpClient.Builder()
                        .socketFactory(new UndelayedSockets())
                        .build())
                .build();
    }

    private static final class UndelayedSockets extends SocketFactory {

        private static Socket undelayed(Socket socket) throws IOException {
            socket.setTcpNoDelay(true);
            return socket;
        }

        @Override
        public Socket createSocket() throws IOException {
            return undelayed(new Socket());
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return undelayed(new Socket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
            return undelayed(new Socket(host, port, from, fromPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return undelayed(new Socket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
            return undelayed(new Socket(host, port, from, fromPort));
        }
    }
}
