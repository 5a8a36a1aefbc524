package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.config.Variables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret of the environment is in nothing that prepare and train leave or tell Spark. */
class SecretsInOutputsTest {
  private static final String PLANTED = "pl4nted'S3cret&of<a>run";

  @TempDir Path folder;

  @Test
  void aPlantedSecretIsInNoOutput() throws Exception {
    Prepared.lake(folder, 40, 20);
    Path hidden = Files.createDirectory(folder.resolve(PLANTED));
    Files.move(folder.resolve("lake"), hidden.resolve("lake"));
    Files.createDirectory(folder.resolve("outputs"));
    SparkContext spark = SharedSpark.session().sparkContext();
    Told told = new Told();
    spark.addSparkListener(told);
    try {
      RunConfig config = config(1);
      Prepared.by(config);
      TrainJob.run(SharedSpark.session(), config, new Start.Anew(), () -> false);
      TrainJob.run(SharedSpark.session(), config(2), new Start.From("auto"), () -> false);
    } finally {
      spark.removeSparkListener(told);
    }
    assertThat(told.texts).isNotEmpty().noneMatch(text -> text.contains(PLANTED));
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder.resolve("outputs"))) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertThat(files).hasSizeGreaterThan(15);
    for (Path file : files) {
      assertThat(holds(file)).as("%s holds the secret", file).isFalse();
    }
    Path run = folder.resolve("outputs/run");
    for (String each : List.of("config.yaml", "report.html")) {
      assertThat(Files.readString(run.resolve(each))).contains("/${LAKE_TOKEN}/lake");
    }
  }

  private RunConfig config(int epochs) {
    return ConfigReader.read(
        "secrets",
        """
        output: %1$s/outputs
        source: {path: '%1$s/${LAKE_TOKEN}/lake', where: "label <> 7"}
        dataset: {path: '%1$s/outputs/set', blockRows: 8}
        input: {height: 10, width: 9, channels: 1}
        model: {depth: 8, width: 4}
        learningRate: {base: 0.01, warmupEpochs: 0, schedule: constant}
        training: {epochs: %2$d, workers: 2, batchPerWorker: 8}
        """
            .formatted(folder, epochs),
        List.of(),
        Variables.of(Map.of("LAKE_TOKEN", PLANTED)));
  }

  /** Whether a file has it, in its bytes or, of a zip, in those of its entries. */
  private static boolean holds(Path file) throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.write(Files.readAllBytes(file));
    if (file.toString().endsWith(".zip")) {
      try (var zip = new ZipInputStream(Files.newInputStream(file))) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          zip.transferTo(bytes);
        }
      }
    }
    String text = bytes.toString(StandardCharsets.ISO_8859_1);
    return text.contains("pl4nted") || text.contains("S3cret&");
  }

  /** What Spark shows of jobs and stages, and writes into its event log. */
  private static final class Told extends SparkListener {
    final Collection<String> texts = new ConcurrentLinkedQueue<>();

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      texts.add(String.valueOf(start.properties()));
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
      texts.add(submitted.stageInfo().name() + submitted.stageInfo().details());
    }
  }
}
