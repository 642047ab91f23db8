package dev.winnow.cli.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void nameTheTakenOne() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            int base = taken.getLocalPort() - 5;
            assertThatThrownBy(() -> Ports.from(base))
                    .hasMessageContaining("port " + taken.getLocalPort() + ", wanted for S3,");
        }
    }

    @Test
    void mustFitIntoTheRange() {
        assertThatThrownBy(() -> Ports.from(65_530)).hasMessageContaining("expected 0, or 1 to 65528");
        assertThatThrownBy(() -> Ports.from(-1)).hasMessageContaining("expected 0, or 1 to 65528");
    }

    @Test
    void areFreeAndDifferent() throws Exception {
        Ports ports = Ports.from(0);
        assertThat(new int[] {
                    ports.ingest(),
                    ports.embedding(),
                    ports.curation(),
                    ports.kafka(),
                    ports.controller(),
                    ports.s3(),
                    ports.qdrant(),
                    ports.qdrantHttp()
                })
                .doesNotHaveDuplicates();
    }
}
