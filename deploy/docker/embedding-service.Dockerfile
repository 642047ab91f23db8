# Built from the repository's root: docker build -f deploy/docker/embedding-service.Dockerfile -t winnow/embedding-service:0.1.0 .
FROM eclipse-temurin:25.0.1_8-jre-noble
WORKDIR /app
COPY --chown=root:root embedding-service/target/quarkus-app/ ./
COPY --chown=root:root models/default/ ./models/
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "-XX:+ExitOnOutOfMemoryError", "-XX:ThreadPriorityPolicy=1", "-XX:JavaPriority1_To_OSPriority=19", "-jar", "quarkus-run.jar"]
