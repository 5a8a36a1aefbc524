package io.millrace.sink;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.SampleMetrics;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MlflowRunTest {
  private static final String API = "/api/2.0/mlflow/";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final WireMockServer SERVER =
      new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
  private static final Outbox.Pace FAST =
      new Outbox.Pace(20, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofSeconds(30));

  @TempDir private Path folder;
  private final List<EpochMetrics> epochs = SampleMetrics.of(3);
  private RunFolder run;

  @BeforeAll
  static void start() {
    SERVER.start();
  }

  @AfterAll
  static void stop() {
    SERVER.stop();
  }

  @BeforeEach
  void serve() {
    SERVER.resetAll();
    run = RunFolder.open(new Configuration(), folder.toString(), "run");
    SERVER.stubFor(any(anyUrl()).atPriority(9).willReturn(okJson("{}")));
    SERVER.stubFor(
        get(urlPathEqualTo(API + "experiments/get-by-name"))
            .willReturn(
                aResponse()
                    .withStatus(404)
                    .withBody("{\"error_code\": \"RESOURCE_DOES_NOT_EXIST\"}")));
    SERVER.stubFor(
        post(API + "experiments/create").willReturn(okJson("{\"experiment_id\": \"7\"}")));
    SERVER.stubFor(post(API + "runs/create").willReturn(okJson(there("[]"))));
  }

  private static String there(String metrics) {
    return """
        {"run": {"info": {"run_id": "abc", "artifact_uri": "mlflow-artifacts:/7/abc/artifacts"}, "data": {"metrics": %s}}}
        """
        .formatted(metrics);
  }

  private OpenSink open(boolean resumed, List<EpochMetrics> done, int patience) {
    String address = "http://127.0.0.1:%d/".formatted(SERVER.port());
    return open(resumed, done, patience, address);
  }

  private OpenSink open(boolean resumed, List<EpochMetrics> done, int patience, String address) {
    Map<String, String> settings = new TreeMap<>();
    for (int i = 0; i < 150; i++) {
      settings.put("key%03d".formatted(i), "v".repeat(600));
    }
    settings.put("source.path", "s3a://key:hush@lake");
    Map<String, String> environment =
        Map.of(
            "TRACKING", address,
            "MLFLOW_TRACKING_USERNAME", "me",
            "MLFLOW_TRACKING_PASSWORD", "hush");
    return new Mlflow("TRACKING", "nights", true, patience)
        .open(SinkRuns.of(run, resumed, settings, done), environment, FAST);
  }

  private static List<JsonNode> posted(String path) throws IOException {
    List<JsonNode> bodies = new ArrayList<>();
    for (LoggedRequest each : SERVER.findAll(postRequestedFor(urlPathEqualTo(API + path)))) {
      bodies.add(JSON.readTree(each.getBodyAsString()));
    }
    return bodies;
  }

  private static List<Long> steps() throws IOException {
    List<Long> steps = new ArrayList<>();
    for (JsonNode batch : posted("runs/log-batch")) {
      for (JsonNode each : batch.path("metrics")) {
        if (each.get("key").asText().equals("train_loss")) {
          steps.add(each.get("step").asLong());
        }
      }
    }
    return steps;
  }

  private void train(OpenSink sink, int from, int to) throws IOException {
    sink.runStarted(from);
    for (EpochMetrics each : epochs.subList(from, to)) {
      sink.epochEnded(SinkRuns.epoch(each));
    }
  }

  @Test
  void aRunSendsSettingsFiguresFilesAndModel() throws IOException {
    run.write(RunFolder.CONFIG, "name: night");
    run.write(RunFolder.MODEL, "zip");
    OpenSink sink = open(false, List.of(), 30);
    train(sink, 0, 2);
    sink.runEnded();
    sink.close();
    JsonNode created = posted("runs/create").get(0);
    assertThat(created.get("experiment_id").asText()).isEqualTo("7");
    assertThat(created.get("run_name").asText()).isEqualTo("night");
    List<String> params = new ArrayList<>();
    for (JsonNode batch : posted("runs/log-batch")) {
      assertThat(batch.path("params").size()).isLessThanOrEqualTo(100);
      batch.path("params").forEach(each -> params.add(each.get("value").asText()));
    }
    assertThat(params).hasSize(151).allMatch(value -> value.length() <= 500);
    assertThat(params).contains("s3a://…@lake");
    assertThat(steps()).containsExactly(53L, 106L);
    assertThat(SERVER.getAllServeEvents())
        .noneMatch(each -> each.getRequest().getBodyAsString().contains("hush"));
    String login = Base64.getEncoder().encodeToString("me:hush".getBytes(StandardCharsets.UTF_8));
    assertThat(SERVER.getAllServeEvents())
        .allMatch(each -> each.getRequest().getHeader("Authorization").equals("Basic " + login));
    List<String> kept = new ArrayList<>();
    SERVER
        .getAllServeEvents()
        .forEach(
            each -> {
              if (each.getRequest().getMethod().getName().equals("PUT")) {
                kept.add(
                    each.getRequest()
                        .getUrl()
                        .replace("/api/2.0/mlflow-artifacts/artifacts/7/abc/artifacts/", ""));
              }
            });
    assertThat(kept).containsExactlyInAnyOrder("config.yaml", "model/model.zip", "model/MLmodel");
    assertThat(posted("runs/log-model").get(0).get("model_json").asText()).contains("millrace");
    assertThat(posted("runs/update").get(0).get("status").asText()).isEqualTo("FINISHED");
    assertThat(run.text("mlflow.json")).hasValue("{\"run_id\":\"abc\"}\n");
  }

  @Test
  void whoGoesOnGoesOnInTheSameRunAndSendsNoEpochTwice() throws IOException {
    OpenSink first = open(false, List.of(), 30);
    train(first, 0, 2);
    first.runPaused();
    first.close();
    assertThat(posted("runs/update").get(0).get("status").asText()).isEqualTo("KILLED");
    SERVER.resetRequests();
    String known = "[{\"key\": \"train_loss\", \"value\": 1, \"step\": 106}]";
    SERVER.stubFor(get(urlPathEqualTo(API + "runs/get")).willReturn(okJson(there(known))));
    OpenSink again = open(true, epochs.subList(0, 1), 30); // its checkpoint is of epoch 1
    train(again, 1, 3);
    again.runEnded();
    again.close();
    assertThat(posted("runs/create")).isEmpty();
    assertThat(steps()).containsExactly(159L);
    assertThat(posted("runs/update"))
        .extracting(each -> each.get("status").asText())
        .containsExactly("RUNNING", "FINISHED");
  }

  @Test
  void aServerThatFailsForAWhileGetsAllInTheEnd() throws IOException {
    SERVER.stubFor(
        post(API + "runs/log-batch")
            .inScenario("down")
            .whenScenarioStateIs("Started")
            .willReturn(status(503))
            .willSetStateTo("up"));
    OpenSink sink = open(false, List.of(), 30);
    train(sink, 0, 3);
    sink.close();
    assertThat(steps()).containsExactly(53L, 106L, 159L);
    assertThat(posted("runs/update").get(0).get("status").asText()).isEqualTo("FAILED");
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 500})
  void aServerThatSaysNoStopsNobody(int code) throws IOException {
    SERVER.stubFor(any(urlPathMatching(".*")).atPriority(1).willReturn(status(code)));
    OpenSink sink = open(false, List.of(), 0);
    for (int i = 0; i < 100; i++) {
      train(sink, 0, 3);
    }
    sink.close();
    assertThat(steps()).isEmpty();
  }

  @Test
  void oneThatIsSlowOrNotThereHoldsNobodyUp() throws IOException {
    SERVER.stubFor(any(anyUrl()).atPriority(1).willReturn(aResponse().withFixedDelay(2_000)));
    OpenSink slow = open(false, List.of(), 0);
    train(slow, 0, 3);
    slow.close();
    OpenSink nobody = open(false, List.of(), 0, "http://127.0.0.1:1");
    train(nobody, 0, 3);
    nobody.close();
    assertThat(posted("runs/create")).isEmpty();
  }
}
