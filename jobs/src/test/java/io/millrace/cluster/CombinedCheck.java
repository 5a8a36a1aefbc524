package io.millrace.cluster;

import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Everything of the recipe at once, on a real cluster of two Workers: by gradients with LARS, and
 * by weights with Nesterov, post-local rounds and slow momentum; both with warm-up, cosine,
 * clipping, groups, smoothing, mixup and cutmix, a teacher, an average of weights, RandAugment,
 * bf16 and diagnostics. Trained once, with an executor killed in the midst, and stopped at an
 * epoch's end and resumed: equal bits each time.
 */
public final class CombinedCheck implements Check {
  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final int EPOCHS = 2;
  private static final String GRADIENTS =
      """
      optimizer: {kind: lars, weightDecay: 1e-4, clipNorm: 1,
                  groups: [{names: 'output*', rate: 2}, {layers: 0, rate: 0.5, schedule: linear}]}
      averaging: {exchange: gradients, shadows: [{ema: {decay: 0.99}}]}
      """;
  private static final String WEIGHTS =
      """
      optimizer: {kind: nesterov, clipNorm: 1,
                  groups: [{names: 'output*', rate: 2}, {layers: 0, rate: 0.5, schedule: linear}]}
      averaging: {every: {post-local: {updates: 4, fromEpoch: 1}}, outer: {kind: slow-mo, beta: 0.5},
                  shadows: [{ema: {decay: 0.99}}]}
      """;
  private static final String TEACHER = "optimizer: {kind: momentum}\n";

  @Override
  public void run(CheckReport report) throws Exception {
    Path folder = Files.createTempDirectory("combined");
    Files.createDirectories(folder.resolve("lake"));
    Files.copy(
        ROOT.resolve("conf/sample/test-00000-of-00001.parquet"),
        folder.resolve("lake/train-00000-of-00001.parquet"));
    try (StandaloneCluster cluster = new StandaloneCluster(ROOT, folder)) {
      write(folder, "teacher", TEACHER, false);
      submit(cluster, folder, "prepare", "teacher").require();
      submit(cluster, folder, "train", "teacher").require();
      both(report, cluster, folder, "gradients", GRADIENTS);
      both(report, cluster, folder, "weights", WEIGHTS);
    }
  }

  private static void both(
      CheckReport report, StandaloneCluster cluster, Path folder, String name, String recipe)
      throws Exception {
    write(folder, name, recipe, true);
    submit(cluster, folder, "train", name).require();
    Map<String, String> straight = models(folder, name);
    report.count(name + " trained: " + straight.keySet(), straight.size() == 2);

    Submission killed = submit(cluster, folder, "train", name, "--set", "name=" + name + "-killed");
    Polling.until("five rounds are done", () -> killed.ended() || killed.jobs() >= 5);
    cluster.executors().get(0).destroyForcibly();
    killed.require();
    boolean replaced = cluster.executorsStarted(killed.application()) == 3;
    report.count(
        name + " with an executor killed: equal bits",
        replaced && models(folder, name + "-killed").equals(straight));

    String resumed = name + "-resumed";
    Submission stopped = submit(cluster, folder, "train", name, "--set", "name=" + resumed);
    Path first = folder.resolve("out/" + resumed + "/checkpoints/epoch-0001/manifest.json");
    Polling.until("an epoch is done", () -> stopped.ended() || Files.exists(first));
    stopped.stop();
    int code = stopped.code();
    submit(cluster, folder, "train", name, "--set", "name=" + resumed, "--resume", "auto")
        .require();
    report.count(
        name + " stopped after an epoch (code " + code + ") and resumed: equal bits",
        code == 75 && models(folder, resumed).equals(straight));
  }

  private static void write(Path folder, String name, String recipe, boolean taught)
      throws IOException {
    String teacher =
        taught
            ? ",\n  distillation: {teacher: '%s/out/teacher/model.zip', temperature: 4}"
                .formatted(folder)
            : "";
    Files.writeString(
        folder.resolve(name + ".yaml"),
        """
        name: %2$s
        output: %1$s/out
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set, validationShare: 0.1, blockRows: 32}
        input: {height: 28, width: 28, channels: 1}
        augment: [{random_crop: {height: 28, width: 28, padding: 2}}, horizontal_flip, rand_augment,
                  random_erasing]
        model: {architecture: cifar-resnet, depth: 8}
        learningRate: {base: 0.1, referenceBatch: 64, warmupEpochs: 1}
        loss: {labelSmoothing: 0.1, mixing: mixup-or-cutmix%4$s}
        evaluation: {split: validation, keep: last}
        training: {epochs: %3$d, workers: 2, batchPerWorker: 16, precision: bf16}
        diagnostics: {share: 0.2, images: 100}
        """
                .formatted(folder, name, EPOCHS, teacher)
            + recipe);
  }

  private static Submission submit(
      StandaloneCluster cluster, Path folder, String command, String config, String... more)
      throws IOException {
    return cluster.submit(command, folder.resolve(config + ".yaml"), more);
  }

  private static Map<String, String> models(Path folder, String run) throws IOException {
    return TrainedRun.models(folder.resolve("out").resolve(run));
  }
}
