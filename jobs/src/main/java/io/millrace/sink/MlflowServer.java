package io.millrace.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * An MLflow server by its REST interface, version 2.0. A status of 429 or from 500 on is a failure
 * that may pass, any other above 299 a {@link RefusedException}. Messages have neither user nor
 * password.
 *
 * <p>Source: MLflow documentation, "REST API".
 */
final class MlflowServer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = "/api/2.0/mlflow/";
  private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts";
  private static final int TOO_MANY = 429;
  private static final int SERVER_FAULT = 500;
  private static final int LAST_GOOD = 299;
  private static final int MOST_WORDS = 200;

  private final URI root;
  private final Optional<String> login;
  private final Duration patience;
  private final HttpClient client;

  /** Opens a stream of a file that is sent. */
  interface Source {
    InputStream open() throws IOException;
  }

  /**
   * A server; nothing is asked of it yet.
   *
   * @param address may hold {@code user:password@}
   * @param environment may hold user, password or token
   * @param patience with one answer
   */
  MlflowServer(URI address, Map<String, String> environment, Duration patience) {
    this.patience = patience;
    this.root =
        URI.create(
            "%s://%s%s%s"
                .formatted(
                    address.getScheme(),
                    address.getHost(),
                    address.getPort() < 0 ? "" : ":" + address.getPort(),
                    address.getRawPath()));
    this.login = login(address.getUserInfo(), environment);
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(patience)
            .build();
  }

  private static Optional<String> login(String inAddress, Map<String, String> environment) {
    String token = environment.get("MLFLOW_TRACKING_TOKEN");
    String user = environment.get("MLFLOW_TRACKING_USERNAME");
    if (inAddress == null && user == null) {
      return Optional.ofNullable(token).map("Bearer "::concat);
    }
    String words =
        inAddress != null
            ? inAddress
            : user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
    return Optional.of("Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  /** What it is called, without secrets. */
  String name() {
    return "MLflow at " + root;
  }

  /** Asks; {@code get("runs/get", "run_id", id)}. */
  JsonNode get(String path, String key, String value) throws IOException, InterruptedException {
    String query = "?%s=%s".formatted(key, URLEncoder.encode(value, StandardCharsets.UTF_8));
    return JSON.readTree(send(request(root + API + path + query).GET()));
  }

  /** Tells. */
  JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    return JSON.readTree(
        send(
            request(root + API + path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))));
  }

  /** Whether it keeps the artifacts of a place itself. */
  static boolean serves(String place) {
    return place.startsWith("mlflow-artifacts:");
  }

  /** Sends a file to be kept. */
  void put(String place, String file, Source source, long size)
      throws IOException, InterruptedException {
    String folder = URI.create(place).getRawPath();
    String path = root + ARTIFACTS + folder + "/" + file;
    BodyPublisher stream = BodyPublishers.ofInputStream(() -> opened(source));
    BodyPublisher body =
        size > 0 ? BodyPublishers.fromPublisher(stream, size) : BodyPublishers.noBody();
    send(request(path).header("Content-Type", "application/octet-stream").PUT(body));
  }

  /** The same of something that is written. */
  void put(String place, String file, byte[] content) throws IOException, InterruptedException {
    put(place, file, () -> new ByteArrayInputStream(content), content.length);
  }

  private static InputStream opened(Source source) {
    try {
      return source.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpRequest.Builder request(String address) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address)).timeout(patience);
    login.ifPresent(words -> request.header("Authorization", words));
    return request;
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer;
    HttpRequest built = request.build();
    try {
      answer = client.send(built, BodyHandlers.ofString());
    } catch (IOException e) {
      String why = e.getMessage() == null ? "it cannot be reached" : e.getMessage();
      throw new IOException(why, e);
    }
    int status = answer.statusCode();
    if (status > LAST_GOOD) {
      String said = answer.body().lines().findFirst().orElse("");
      String words =
          "%d from %s, %s"
              .formatted(
                  status,
                  built.uri().getPath(),
                  said.substring(0, Math.min(MOST_WORDS, said.length())));
      throw status == TOO_MANY || status >= SERVER_FAULT
          ? new IOException(words)
          : new RefusedException(status, words);
    }
    return answer.body();
  }
}
