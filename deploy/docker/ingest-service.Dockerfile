# Built from the repository's root: docker build -f deploy/docker/ingest-service.Dockerfile -t winnow/ingest-service:0.1.0 .
FROM eclipse-temurin:25.0.1_8-jre-noble
WORKDIR /app
COPY --chown=root:root ingest-service/target/quarkus-app/ ./
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "-XX:+ExitOnOutOfMemoryError", "-jar", "quarkus-run.jar"]
