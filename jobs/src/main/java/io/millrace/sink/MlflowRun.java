package io.millrace.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.Secrets;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A run on an MLflow server. Its number there is kept in {@code mlflow.json} of the run's folder: a
 * run that goes on goes on there too, and an epoch that the server has is not sent again. The step
 * of a figure is the number of updates.
 */
final class MlflowRun implements OpenSink {
  static final String FILE = "mlflow.json";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUN_ID = "run_id";
  private static final String STATUS = "status";
  private static final String VALUE = "value";
  private static final String KEY = "key";
  private static final int PARAMS = 100;
  private static final int LONGEST_PARAM = 500;
  private static final int MISSING = 404;

  /** Who asks for the end may kill what does not come to it. */
  private static final Duration HURRY = Duration.ofSeconds(10);

  private static final List<String> FILES =
      List.of(
          RunFolder.CONFIG,
          RunFolder.MANIFEST,
          RunFolder.METRICS,
          RunFolder.SUMMARY,
          RunFolder.DIAGNOSTICS,
          RunFolder.REPORT);

  private final Mlflow settings;
  private final SinkRun run;
  private final MlflowServer server;
  private final Outbox outbox;
  private final long started = System.currentTimeMillis();

  /** Of the server; set and read on the outbox's thread. */
  private String id;

  private String place = "";
  private long known = -1;
  private String end = "FAILED";

  MlflowRun(Mlflow settings, SinkRun run, MlflowServer server, Outbox outbox) {
    this.settings = settings;
    this.run = run;
    this.server = server;
    this.outbox = outbox;
  }

  @Override
  public void runStarted(int epochsDone) {
    outbox.put(this::begin);
    run.epochs().forEach(this::send);
  }

  @Override
  public void epochEnded(EndedEpoch epoch) {
    send(epoch.metrics());
  }

  @Override
  public void runEnded() {
    end = "FINISHED";
  }

  @Override
  public void runPaused() {
    end = "KILLED";
  }

  @Override
  public void close() {
    if (end.equals("FINISHED") && settings.artifacts()) {
      FILES.forEach(file -> outbox.put(() -> file(file, file)));
      outbox.put(() -> file(RunFolder.MODEL, "model/" + RunFolder.MODEL));
      outbox.put(this::model);
    }
    outbox.put(() -> status(end));
    Duration longest = settings.patience();
    boolean hurried = end.equals("KILLED") && longest.compareTo(HURRY) > 0;
    outbox.close(hurried ? HURRY : longest);
  }

  private void begin() throws IOException, InterruptedException {
    Optional<JsonNode> before = run.resumed() ? before() : Optional.empty();
    if (before.isPresent()) {
      JsonNode info = before.get().path("info");
      id = info.path(RUN_ID).asText();
      place = info.path("artifact_uri").asText();
      for (JsonNode each : before.get().path("data").path("metrics")) {
        if (each.path(KEY).asText().equals("train_loss")) {
          known = each.path("step").asLong();
        }
      }
      status("RUNNING");
      return;
    }
    create();
    settings();
  }

  /** The run that the folder names, if the server still has it. */
  private Optional<JsonNode> before() throws IOException, InterruptedException {
    Optional<String> file = run.folder().text(FILE);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    String there = JSON.readTree(file.get()).path(RUN_ID).asText();
    try {
      JsonNode found = server.get("runs/get", RUN_ID, there).path("run");
      boolean deleted = found.path("info").path("lifecycle_stage").asText().equals("deleted");
      return deleted ? Optional.empty() : Optional.of(found);
    } catch (RefusedException e) {
      if (e.status() == MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void create() throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    body.put("experiment_id", experiment()).put("run_name", run.name()).put("start_time", started);
    ArrayNode tags = body.putArray("tags");
    tags().forEach((key, value) -> tags.addObject().put(KEY, key).put(VALUE, value));
    JsonNode info = server.post("runs/create", body).path("run").path("info");
    id = info.path(RUN_ID).asText();
    place = info.path("artifact_uri").asText();
    run.folder().write(FILE, JSON.createObjectNode().put(RUN_ID, id).toString() + "\n");
  }

  private String experiment() throws IOException, InterruptedException {
    String name = settings.experiment();
    try {
      return server
          .get("experiments/get-by-name", "experiment_name", name)
          .path("experiment")
          .path("experiment_id")
          .asText();
    } catch (RefusedException e) {
      if (e.status() != MISSING) {
        throw e;
      }
      ObjectNode body = JSON.createObjectNode().put("name", name);
      return server.post("experiments/create", body).path("experiment_id").asText();
    }
  }

  private Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>();
    tags.put("mlflow.user", System.getProperty("user.name"));
    tags.put("mlflow.source.type", "JOB");
    tags.put("mlflow.source.name", "millrace");
    tags.put(
        "mlflow.source.git.commit",
        run.manifest().versions().getOrDefault("git_revision", "unknown"));
    tags.put("millrace.folder", Secrets.hidden(run.folder().toString()));
    tags.put("millrace.command", run.manifest().command());
    run.manifest().fingerprints().forEach((key, value) -> tags.put("millrace." + key, value));
    return tags;
  }

  /** A run's settings cannot be changed on the server, and so are told once. */
  private void settings() throws IOException, InterruptedException {
    ArrayNode params = JSON.createArrayNode();
    for (Map.Entry<String, String> each : run.settings().entrySet()) {
      String value = Secrets.hidden(each.getValue());
      params
          .addObject()
          .put(KEY, each.getKey())
          .put(VALUE, value.substring(0, Math.min(LONGEST_PARAM, value.length())));
    }
    for (int from = 0; from < params.size(); from += PARAMS) {
      ObjectNode body = JSON.createObjectNode().put(RUN_ID, id);
      ArrayNode some = body.putArray("params");
      for (int i = from; i < Math.min(params.size(), from + PARAMS); i++) {
        some.add(params.get(i));
      }
      server.post("runs/log-batch", body);
    }
  }

  private void send(EpochMetrics epoch) {
    outbox.put(
        () -> {
          if (epoch.updates() > known) {
            server.post("runs/log-batch", figures(epoch));
            known = epoch.updates();
          }
        });
  }

  private ObjectNode figures(EpochMetrics epoch) {
    ObjectNode body = JSON.createObjectNode().put(RUN_ID, id);
    ArrayNode figures = body.putArray("metrics");
    long time = Instant.parse(epoch.endedAt()).toEpochMilli();
    Map<String, Number> all = new TreeMap<>(epoch.figures());
    all.put("epoch", epoch.epoch());
    all.forEach(
        (name, value) -> {
          if (Double.isFinite(value.doubleValue())) {
            figures
                .addObject()
                .put(KEY, name)
                .put(VALUE, value.doubleValue())
                .put("timestamp", time)
                .put("step", epoch.updates());
          }
        });
    return body;
  }

  private void file(String file, String as) throws IOException, InterruptedException {
    long size = run.folder().size(file);
    if (size >= 0 && MlflowServer.serves(place)) {
      server.put(place, as, () -> run.folder().open(file), size);
    }
  }

  private void model() throws IOException, InterruptedException {
    ObjectNode model = JSON.createObjectNode();
    model.put("artifact_path", "model").put(RUN_ID, id);
    model.put("utc_time_created", Instant.now().toString());
    model.putObject("flavors").putObject("millrace").put("model", RunFolder.MODEL);
    if (MlflowServer.serves(place)) {
      server.put(place, "model/MLmodel", JSON.writeValueAsBytes(model)); // JSON is YAML
    }
    ObjectNode body = JSON.createObjectNode().put(RUN_ID, id);
    server.post("runs/log-model", body.put("model_json", model.toString()));
  }

  private void status(String status) throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put(RUN_ID, id).put(STATUS, status);
    if (!status.equals("RUNNING")) {
      body.put("end_time", System.currentTimeMillis());
    }
    server.post("runs/update", body);
  }
}
