package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.checkpoint.ZipEntries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The submit jar on a real cluster: a standalone Master, two Workers, executors that are processes,
 * and source, prepared set and output on HDFS.
 */
class ClusterIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Rounds of the one epoch; see {@link #config}. */
  private static final int ROUNDS = 29;

  private static final int STALLS = 4;

  @TempDir private static Path folder;
  private static MiniDFSCluster hdfs;
  private static StandaloneCluster cluster;
  private static Submission failing;
  private static Map<String, String> clean;

  @BeforeAll
  static void prepareAndTrainOnHdfs() throws Exception {
    Configuration conf = new Configuration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    hdfs = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
    hdfs.getFileSystem()
        .copyFromLocalFile(
            path(ROOT.resolve("conf/sample/test-00000-of-00001.parquet")),
            new org.apache.hadoop.fs.Path("/lake/train-00000-of-00001.parquet"));
    cluster = new StandaloneCluster(ROOT, folder);
    Files.writeString(folder.resolve("run.yaml"), config());
    failing = sent("train", "other.yaml"); // its client looks every ten seconds
    Submission prepare = submit(List.of(), "prepare", "clean");
    assertThat(prepare.code()).as(prepare.output()).isZero();
    Submission train = sent("train", "run.yaml");
    assertThat(train.code()).as(train.output()).isZero();
    assertThat(train.jobs()).isGreaterThanOrEqualTo(ROUNDS);
    clean = model("clean");
    assertThat(text("/out/clean/manifest.json"))
        .containsPattern("\"native_binary\" : \"-onednn")
        .contains("\"openmp_threads\" : \"1\"");
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (hdfs != null) {
      hdfs.shutdown(true);
    }
  }

  /** One run for both: its start is what a submission costs. */
  @Test
  void speculationOnAStalledExecutorAndTheDeathOfAnotherChangeNoBit() throws Exception {
    List<String> eager =
        List.of(
            "--conf", "spark.speculation=true",
            "--conf", "spark.speculation.interval=10ms",
            "--conf", "spark.speculation.minTaskRuntime=10ms");
    Submission train = submit(eager, "train", "faulty");
    awaitMiddleOfTheEpoch(train);
    List<ProcessHandle> executors = cluster.executors();
    boolean without = false;
    for (int i = 0; i < STALLS && !without; i++) {
      without = roundsEndWhileStalled(executors.get(1), train);
    }
    assertThat(without).as("rounds end without the executor").isTrue();
    signal("KILL", executors.get(0));
    assertThat(train.jobs()).isLessThan(ROUNDS);
    assertThat(train.code()).as(train.output()).isZero();
    assertThat(train.speculated()).isPositive();
    assertThat(cluster.executorsStarted(train.application())).isEqualTo(3);
    assertThat(model("faulty")).isEqualTo(clean);
  }

  @Test
  void aDriverThatFailsOnTheClusterIsSeen() throws Exception {
    assertThat(failing.code()).as(failing.output()).isEqualTo(1);
  }

  @Test
  void aStopWhileWaitingForSlotsEndsAtOnceWith75() throws Exception {
    String file = folder.resolve("run.yaml").toString();
    Submission train =
        Submission.start(
            ROOT,
            folder,
            onCluster(List.of()),
            "train",
            "--config",
            file,
            "--set",
            "name=waiting",
            "--set",
            "training.workers=3");
    Polling.until("it waits", () -> train.ended() || train.output().contains("for 3 slots"));
    train.stop();
    assertThat(train.code()).as(train.output()).isEqualTo(75);
    // Behind it Spark may say that an executor did not get the jar.
    assertThat(train.output().replaceAll("(?m)^.* ERROR TransportRequestHandler: .*\n", ""))
        .endsWith("Stopped on request while waiting for slots: nothing was begun\n");
  }

  /**
   * Whether others make a stalled executor's share. What it made itself before it stalled is waited
   * for until Spark's network time-out: then it goes on, and is stalled at another moment.
   */
  private static boolean roundsEndWhileStalled(ProcessHandle executor, Submission train)
      throws Exception {
    signal("STOP", executor);
    try {
      long before = train.jobs();
      return Polling.within(Duration.ofSeconds(20), () -> train.jobs() > before + 3);
    } finally {
      signal("CONT", executor);
    }
  }

  private static void awaitMiddleOfTheEpoch(Submission train) throws Exception {
    Polling.until(
        "five rounds are done",
        () -> {
          assertThat(train.ended()).as("ended early").isFalse();
          return train.jobs() >= 5;
        });
    assertThat(cluster.executors()).hasSize(2);
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static Submission submit(List<String> flags, String command, String name)
      throws IOException {
    String file = folder.resolve("run.yaml").toString();
    return Submission.start(
        ROOT, folder, onCluster(flags), command, "--config", file, "--set", "name=" + name);
  }

  /** In cluster deploy mode, with the config sent along. */
  private static Submission sent(String command, String config) throws IOException {
    List<String> flags =
        onCluster(
            List.of("--deploy-mode=cluster", "--files", folder.resolve("run.yaml").toString()));
    return Submission.start(ROOT, folder, flags, command, "--config", config);
  }

  private static List<String> onCluster(List<String> flags) {
    List<String> all =
        new ArrayList<>(List.of("--master", cluster.master(), "--total-executor-cores", "2"));
    all.addAll(flags);
    return all;
  }

  private static String config() throws IOException {
    String lake = hdfs.getFileSystem().getUri().toString();
    return """
        name: clean
        output: %1$s/out
        source: {path: %1$s/lake}
        dataset: {path: %1$s/data, validationShare: 0.1, blockRows: 32}
        input: {height: 28, width: 28, channels: 1}
        augment: [horizontal_flip]
        model: {architecture: cifar-resnet, depth: 8}
        learningRate: {base: 0.1, referenceBatch: 64, warmupEpochs: 1}
        evaluation: {split: validation}
        training: {epochs: 1, workers: 2, batchPerWorker: 16}
        """
        .formatted(lake);
  }

  /** The entries of a run's model.zip: weights, optimiser state, network. */
  private static Map<String, String> model(String name) throws IOException {
    FileSystem files = hdfs.getFileSystem();
    Map<String, String> entries =
        ZipEntries.ofAnyName(
            files.open(new org.apache.hadoop.fs.Path("/out/" + name + "/model.zip")));
    assertThat(entries).containsKeys("coefficients.bin", "updaterState.bin");
    return entries;
  }

  private static String text(String file) throws IOException {
    try (var in = hdfs.getFileSystem().open(new org.apache.hadoop.fs.Path(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static org.apache.hadoop.fs.Path path(Path local) {
    return new org.apache.hadoop.fs.Path(local.toUri());
  }
}
