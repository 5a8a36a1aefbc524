package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.RunConfig;
import io.millrace.sink.Events;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs whose figures go to sinks. */
class SinksJobTest {
  @TempDir private static Path folder;

  /** 45 images to train on: three updates an epoch of two workers. */
  @BeforeAll
  static void prepare() throws IOException {
    Prepared.lake(folder, 45, 12);
    Prepared.by(config("any"));
  }

  private static RunConfig config(String name, String... overrides) {
    return Prepared.config(
        folder,
        name,
        """
        augment: [{random_crop: {height: 8, width: 8, padding: 1}}]
        model: {depth: 8}
        learningRate: {base: 0.02, referenceBatch: 16}
        training: {epochs: 3, workers: 2, batchPerWorker: 8}
        diagnostics: {share: 1}
        """,
        overrides);
  }

  private static byte[] weights(String run) throws IOException {
    String last = folder.resolve(run).resolve("checkpoints/epoch-0003").toString();
    var parameters = CheckpointStore.read(new Configuration(), last).state().parameters();
    return Arrays.toString(parameters.toArray()).getBytes(StandardCharsets.UTF_8);
  }

  /** Stopped behind the first update of the second epoch. */
  @Test
  void aRunThatGoesOnHasEveryPointOnceAndTheWeightsOfOneWithoutSinks() throws IOException {
    Path log = folder.resolve("log.jsonl");
    String sinks = "sinks=[tensorboard, prometheus, {jsonlog: {file: %s}}]".formatted(log);
    AtomicInteger rounds = new AtomicInteger();
    RunConfig config = config("cut", sinks);
    try {
      TrainJob.run(
          SharedSpark.session(), config, new Start.Anew(), () -> rounds.incrementAndGet() >= 5);
      throw new AssertionError("it was to stop");
    } catch (StoppedException e) {
      assertThat(e.resumable()).isTrue();
    }
    TrainJob.run(SharedSpark.session(), config, new Start.From("auto"), () -> false);
    TrainJob.run(SharedSpark.session(), config("plain"), new Start.Anew(), () -> false);
    assertThat(weights("cut")).isEqualTo(weights("plain"));

    List<Events.Event> events = Events.in(folder.resolve("cut/tensorboard"));
    assertThat(Events.steps(events, "round/loss"))
        .isEqualTo(LongStream.rangeClosed(1, 9).boxed().toList());
    for (String tag : List.of("epoch/val_top1", "filters", "gradient-norm/stem.W/norm")) {
      assertThat(Events.steps(events, tag)).as(tag).containsExactly(3L, 6L, 9L);
    }
    assertThat(events)
        .anyMatch(
            event -> event.summary().getValueList().stream().anyMatch(each -> each.hasHisto()));
    assertThat(Files.readString(log))
        .contains("\"message\":\"epoch ended\",\"run\":\"cut\",\"epoch\":3,\"update\":9")
        .contains("run stopped on request", "run ended");
  }
}
