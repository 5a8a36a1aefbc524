package io.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.SampleMetrics;
import io.millrace.state.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class SinksTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> heard = new ArrayList<>();

  private static final class Broken implements OpenSink {
    @Override
    public void epochEnded(EndedEpoch epoch) throws IOException {
      throw new IOException("No space left on device");
    }

    @Override
    public void close() {
      throw new IllegalStateException("twice");
    }
  }

  private final class Hearing implements OpenSink {
    @Override
    public void epochEnded(EndedEpoch epoch) {
      heard.add("epoch");
    }

    @Override
    public void runPaused() {
      heard.add("paused");
    }

    @Override
    public void runFailed(Throwable why) {
      heard.add("failed: " + why.getMessage());
    }

    @Override
    public void close() {
      heard.add("closed");
    }
  }

  private Sinks open() {
    SinkRun run = SinkRuns.of(null, false, Map.of(), List.of());
    Sink unopened =
        any -> {
          throw new IOException("no such place");
        };
    return Sinks.open(List.of(unopened, any -> new Broken(), any -> new Hearing()), run);
  }

  @Test
  void whatOneThrowsNeitherEndsTheRunNorKeepsOthersFromHearing() {
    Sinks sinks = open();
    sinks.epochEnded(SinkRuns.epoch(SampleMetrics.of(1).get(0)));
    sinks.close();
    sinks.failed(new IOException("too late"));
    assertThat(heard).containsExactly("epoch", "closed");
  }

  @Test
  void hearHowARunEndsEarly() {
    open().paused();
    open().failed(new IOException("lost"));
    assertThat(heard).containsExactly("paused", "closed", "failed: lost", "closed");
  }

  @Test
  void linesThatCannotBeWrittenAreSaid() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full));
    OpenSink sink =
        new JsonLog(full.toString()).open(SinkRuns.of(null, false, Map.of(), List.of()));
    assertThatThrownBy(() -> sink.epochEnded(SinkRuns.epoch(SampleMetrics.unvalidated(2))))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot write all lines to /dev/full (is the disk full?)");
    assertThatThrownBy(sink::close).isInstanceOf(IOException.class);
  }

  @Test
  void linesOfJsonHaveRunEpochAndUpdate(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("log.jsonl");
    OpenSink sink =
        new JsonLog(file.toString()).open(SinkRuns.of(null, false, Map.of(), List.of()));
    sink.epochStarted(2, Tally.NOTHING);
    sink.roundEnded(SinkRuns.round(54));
    LoggerFactory.getLogger("io.millrace.here")
        .error("s3a://key:hush@lake is \"gone\"\nfor good", new IOException("password=hush"));
    sink.epochEnded(SinkRuns.epoch(SampleMetrics.unvalidated(2)));
    sink.runEnded();
    sink.close();
    LoggerFactory.getLogger("io.millrace.here").error("behind it");
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(3).noneMatch(line -> line.contains("hush"));
    JsonNode error = JSON.readTree(lines.get(0));
    assertThat(error.get("level").asText()).isEqualTo("ERROR");
    assertThat(error.get("logger").asText()).isEqualTo("io.millrace.here");
    assertThat(error.get("message").asText()).contains("is \"gone\"\nfor good");
    assertThat(error.has("error")).isTrue();
    for (String line : lines) {
      assertThat(JSON.readTree(line).get("run").asText()).isEqualTo("night");
      assertThat(JSON.readTree(line).get("epoch").asInt()).isEqualTo(2);
      assertThat(JSON.readTree(line).get("update").asLong()).isEqualTo(54);
    }
    JsonNode figures = JSON.readTree(lines.get(1)).get("figures");
    assertThat(figures.get("updates").asLong()).isEqualTo(106);
    assertThat(figures.has("val_loss")).isFalse();
  }

  @Test
  void anAddressThatTheEnvironmentDoesNotHoldIsRefusedWithoutShowingIt() {
    Mlflow mlflow = new Mlflow("TRACKING", "nights", true, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mlflow.check(Map.of()))
        .withMessage(
            "Invalid sinks.mlflow.address: TRACKING (must be set in the environment, such as to http://host:5000)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mlflow.check(Map.of("TRACKING", "user:hush@host")))
        .withMessage(
            "Invalid sinks.mlflow.address: the value of TRACKING (must be the address of a server, such as http://host:5000)");
    mlflow.check(Map.of("TRACKING", "https://user:hush@host/"));
  }
}
