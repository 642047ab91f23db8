# The worker built with the Maven profile cuda, on CUDA 12 and cuDNN 9. Built from the repository's root:
#   ./mvnw package -pl embedding-service -am -Pcuda -DskipTests
#   docker build -f deploy/docker/embedding-service-gpu.Dockerfile -t winnow/embedding-service:0.1.0-gpu .
FROM eclipse-temurin:25.0.1_8-jre-noble AS java
FROM nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04
COPY --from=java /opt/java/openjdk /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:$PATH
WORKDIR /app
COPY --chown=root:root embedding-service/target/quarkus-app/ ./
COPY --chown=root:root models/default/ ./models/
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "-XX:+ExitOnOutOfMemoryError", "-XX:ThreadPriorityPolicy=1", "-XX:JavaPriority1_To_OSPriority=19", "-jar", "quarkus-run.jar"]
