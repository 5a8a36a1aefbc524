package io.millrace.cluster;

import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.io.FileUtils;

/**
 * The driver killed by SIGKILL at 20 moments, then resumed, and an executor at 20 more, on a real
 * cluster of two Workers. The run has two stages, a mean of weights, a rate that falls by plateau,
 * mixup, and checkpoints within epochs. Weights, state and metrics are those of the undisturbed
 * run, but for times, throughput and bytes read. {@code -Dfaults=2} tries fewer of each, {@code
 * -Dfaults.seed=7} other moments.
 */
public final class FaultsCheck implements Check {
  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final int KILLED = 137;
  private static final int TRIES = 5;

  private final int kills = Integer.getInteger("faults", 20);
  private final long seed = Long.getLong("faults.seed", 13);
  private final List<String> table = new ArrayList<>();
  private Path folder;
  private StandaloneCluster cluster;
  private EventLog undisturbed;
  private TrainedRun expected;

  /** How a run was disturbed: its last part, which ended by itself, and what there is to tell. */
  private record Disturbed(Submission last, String how) {}

  /** Kills somebody at a moment; null where the run was over by then. */
  private interface Fault {
    Disturbed strike(String run, Moment moment) throws Exception;
  }

  @Override
  public void run(CheckReport report) throws Exception {
    folder = Files.createTempDirectory("faults");
    report.say("in %s, seed %d".formatted(folder, seed));
    Files.createDirectories(folder.resolve("lake"));
    Files.copy(
        ROOT.resolve("conf/sample/test-00000-of-00001.parquet"),
        folder.resolve("lake/train-00000-of-00001.parquet"));
    Files.writeString(folder.resolve("run.yaml"), config());
    try (StandaloneCluster started = new StandaloneCluster(ROOT, folder)) {
      cluster = started;
      submit("prepare", "straight").require();
      straight(report);
      table.add("| run | after | killed | newest checkpoint | then | seconds | differs |");
      table.add("|---|---|---|---|---|---:|---|");
      Random random = new Random(seed);
      for (int i = 1; i <= kills; i++) {
        disturb(report, "driver-" + i, random, this::killDriver);
        disturb(report, "executor-" + i, random, this::killExecutor);
      }
    }
    table.forEach(report::say);
    if (report.failed() == 0) {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  private String config() {
    return """
        name: straight
        output: %1$s/out
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set, validationShare: 0.1, blockRows: 32}
        input: {height: 28, width: 28, channels: 1}
        augment: [{random_crop: {height: 28, width: 28, padding: 2}}, horizontal_flip]
        model: {depth: 8, width: 8}
        loss: {labelSmoothing: 0.1, mixing: mixup}
        learningRate: {base: 0.1, referenceBatch: 64, warmupEpochs: 0,
                       schedule: {plateau: {factor: 0.5, patience: 0, threshold: 0.9}}}
        averaging: {shadows: [{ema: {decay: 0.95}}]}
        training: {workers: 2, batchPerWorker: 24}
        checkpoint: {everyMinutes: 0.01}
        stages: [{name: head, epochs: 2, train: head},
                 {name: all, epochs: 3, layerDecay: 0.5}]
        """
        .formatted(folder);
  }

  /** The run that the others have to equal, which is seen to have what they are to bear. */
  private void straight(CheckReport report) throws Exception {
    Submission run = submit("train", "straight");
    run.require();
    undisturbed = run.events();
    cluster.forget(run.application());
    expected = TrainedRun.of(folder.resolve("out/straight"));
    report.say(
        "undisturbed: %d jobs in %.1f s, checkpoints at the end %s"
            .formatted(
                run.jobs(),
                (undisturbed.end() - undisturbed.start()) / 1e3,
                TrainedRun.checkpoints(folder.resolve("out/straight"))));
    List<Double> rates =
        expected.metrics().stream().map(line -> line.get("learning_rate_last").asDouble()).toList();
    boolean falls = rates.get(4) < rates.get(3);
    if (expected.models().size() != 2
        || !falls
        || expected.metrics().get(4).get("stage").asInt() != 2) {
      throw new IllegalStateException("Not the run that was meant: " + expected.metrics());
    }
  }

  private void disturb(CheckReport report, String name, Random random, Fault fault)
      throws Exception {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      long began = System.nanoTime();
      Moment moment = Moment.draw(random, undisturbed);
      Path run = folder.resolve("out").resolve(name);
      Disturbed disturbed = fault.strike(name, moment);
      if (disturbed == null) {
        report.say(name + " was over before " + moment);
        FileUtils.deleteDirectory(run.toFile());
        continue;
      }
      int code = disturbed.last().code();
      List<String> differences =
          code == 0 ? expected.differences(TrainedRun.of(run)) : List.of("code " + code);
      cluster.forget(disturbed.last().application());
      String row =
          "| %s | %s | %s | %.0f | %s |"
              .formatted(
                  name,
                  moment,
                  disturbed.how(),
                  (System.nanoTime() - began) / 1e9,
                  differences.isEmpty() ? "nothing" : differences);
      table.add(row);
      report.count(row, differences.isEmpty());
      if (differences.isEmpty()) {
        FileUtils.deleteDirectory(run.toFile());
      } else {
        report.say(disturbed.last().output());
      }
      return;
    }
    report.fail(name + ": always over before it was killed");
  }

  private Disturbed killDriver(String name, Moment moment) throws Exception {
    Submission killed = submit("train", name);
    if (moment.await(killed)) {
      killed.kill();
    }
    if (killed.code() != KILLED) {
      killed.require();
      return null;
    }
    String newest = newestCheckpoint(name);
    Submission resumed = submit("train", name, "--resume", "auto");
    resumed.code();
    cluster.forget(killed.application());
    return new Disturbed(resumed, "driver | %s | resumed".formatted(newest));
  }

  private Disturbed killExecutor(String name, Moment moment) throws Exception {
    Submission run = submit("train", name);
    if (moment.await(run)) {
      Polling.until("an executor runs", () -> run.ended() || !cluster.executors().isEmpty());
    }
    List<ProcessHandle> executors = cluster.executors();
    if (executors.isEmpty() || run.ended()) {
      run.require();
      return null;
    }
    String newest = newestCheckpoint(name);
    executors.get((int) moment.millis() % executors.size()).destroyForcibly();
    run.code();
    long started = cluster.executorsStarted(run.application());
    return new Disturbed(run, "executor | %s | %d executors in all".formatted(newest, started));
  }

  private String newestCheckpoint(String name) throws IOException {
    return TrainedRun.newestCheckpoint(folder.resolve("out").resolve(name)).orElse("none");
  }

  private Submission submit(String command, String name, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("--set", "name=" + name));
    words.addAll(List.of(more));
    return cluster.submit(command, folder.resolve("run.yaml"), words.toArray(String[]::new));
  }
}
