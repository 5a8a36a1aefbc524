package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.SharedSpark;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.dataset.PreparedDataset;
import io.millrace.formats.ModelZip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorLinesTest {
  @Test
  void wrongInputIsItsOwnMessageAndCodeTwo() {
    assertThat(ErrorLines.of(new IllegalArgumentException("Invalid seed: x (must be y)\nmore")))
        .isEqualTo(new ErrorLines(List.of("Invalid seed: x (must be y)"), 2));
  }

  @Test
  void whatIsMissingOrDamagedIsWrongInputToo(@TempDir Path dir) throws IOException {
    Configuration hadoop = new Configuration();
    String none = dir.resolve("none").toString();
    String text = Files.writeString(dir.resolve("text.zip"), "text").toString();
    Files.writeString(dir.resolve("manifest.json"), "{");
    wrongInput(
        () -> PreparedDataset.open(none, hadoop),
        "Cannot read prepared data set %s: it has no manifest.json (run prepare first)",
        none);
    wrongInput(
        () -> PreparedDataset.open(dir.toString(), hadoop),
        "Cannot read prepared data set %s: its manifest is not valid",
        dir);
    wrongInput(
        () -> ModelZip.read(hadoop, none),
        "Cannot read model %s: there is no such file (train writes it)",
        none);
    wrongInput(
        () -> ModelZip.card(hadoop, text),
        "Cannot read model %s: it is no zip file, or cut: it has no directory at its end",
        text);
    wrongInput(
        () -> CheckpointStore.read(hadoop, none),
        "Cannot read checkpoint %s: there is no such folder",
        none);
    wrongInput(() -> CheckpointStore.read(hadoop, dir.toString()), "Cannot read checkpoint ", "");
  }

  private static void wrongInput(ThrowingCallable read, String message, Object path) {
    ErrorLines lines = ErrorLines.of(catchThrowable(read));
    assertThat(lines.lines()).hasSize(1);
    assertThat(lines.lines().get(0)).startsWith(message.formatted(path));
    assertThat(lines.exitCode()).isEqualTo(2);
  }

  @Test
  void aFailureIsItsOwnMessageAndCodeOne() {
    assertThat(ErrorLines.of(new CompletionException(new IOException("Cannot read a: gone"))))
        .isEqualTo(new ErrorLines(List.of("Cannot read a: gone"), 1));
  }

  @Test
  void aStoreWithoutItsClientIsAnsweredWithTheFlag() {
    assertThat(
            ErrorLines.of(
                    new RuntimeException(
                        new ClassNotFoundException(
                            "Class org.apache.hadoop.fs.s3a.S3AFileSystem not found")))
                .lines())
        .containsExactly(
            "Cannot reach s3a://: its client is not on the classpath (give spark-submit --packages"
                + " org.apache.hadoop:hadoop-aws:3.3.4, before the command)");
    assertThat(ErrorLines.of(new IOException("No FileSystem for scheme \"gs\"")).lines().get(0))
        .contains("gcs-connector");
    assertThat(
            ErrorLines.of(
                    new IOException(
                        "fs.AbstractFileSystem.s3.impl=null: No AbstractFileSystem configured for scheme: s3"))
                .lines())
        .containsExactly("Cannot reach s3://: Hadoop's client goes by s3a:// (write the path so)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "java.lang.ClassNotFoundException: Class org.apache.hadoop.fs.azurebfs.SecureAzureBlobFileSystem not found | org.apache.hadoop:hadoop-azure:3.3.4",
        "Class com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem not found | com.google.cloud.bigdataoss:gcs-connector:hadoop3-2.2.26",
        "[DATA_SOURCE_NOT_FOUND] Failed to find the data source: delta. Please find packages | io.delta:delta-spark_2.12:3.3.2",
        "Cannot find catalog plugin class for catalog 'lake': org.apache.iceberg.spark.SparkCatalog | org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.12.0",
      })
  void whatIsMissingIsNamedByTheFlagThatBringsIt(String message, String artifact) {
    assertThat(ErrorLines.of(new IllegalStateException(message)).lines())
        .singleElement()
        .asString()
        .startsWith("Cannot re")
        .endsWith("(give spark-submit --packages %s, before the command)".formatted(artifact));
    assertThat(
            ErrorLines.of(new NoClassDefFoundError("com/amazonaws/AmazonClientException")).lines())
        .containsExactly(
            "Cannot reach s3a://: its client is not on the classpath (give spark-submit --packages"
                + " org.apache.hadoop:hadoop-aws:3.3.4, before the command)");
  }

  @Test
  void aHostThatNobodyKnowsIsNamed() {
    var unknown = new java.net.UnknownHostException("nohost");
    assertThat(ErrorLines.of(new IllegalArgumentException(unknown)))
        .isEqualTo(
            new ErrorLines(
                List.of("Cannot reach host nohost: nobody knows it here (mistyped?)"), 2));
  }

  @Test
  void aFullDiskIsOneLine() {
    assertThat(ErrorLines.of(new IOException("No space left on device")))
        .isEqualTo(
            new ErrorLines(
                List.of(
                    "No space left on device (make room, then run the command again: what was whole"
                        + " before is whole still)"),
                1));
  }

  @Test
  void aDefectOfOursKeepsTheNameOfItsClass() {
    assertThat(ErrorLines.of(new ArithmeticException("/ by zero")))
        .isEqualTo(new ErrorLines(List.of("ArithmeticException: / by zero"), 1));
    assertThat(ErrorLines.of(new NullPointerException()))
        .isEqualTo(new ErrorLines(List.of("NullPointerException"), 1));
  }

  @Test
  void theErrorOfATaskComesOutOfSparksText() {
    String text =
        "Job aborted due to stage failure: Task 1 in stage 3.0 failed 4 times, most recent failure:"
            + " Lost task 1.3 in stage 3.0 (TID 9) (10.0.0.7 executor 2):"
            + " java.io.IOException: Cannot read block a.parquet: cut\n\tat io.millrace.A.b(A.java)";
    assertThat(ErrorLines.of(new SparkException(text)))
        .isEqualTo(new ErrorLines(List.of("Cannot read block a.parquet: cut"), 1));
  }

  @Test
  void aFailingTaskOfARealJobGivesItsOneLine() {
    var spark = JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
    try {
      spark
          .parallelize(List.of(1, 2), 2)
          .foreach(
              x -> {
                throw new IllegalArgumentException("Invalid label: 11 (must be < 10)");
              });
    } catch (Exception e) {
      assertThat(ErrorLines.of(e))
          .isEqualTo(new ErrorLines(List.of("Invalid label: 11 (must be < 10)"), 2));
      return;
    }
    throw new AssertionError("the job did not fail");
  }
}
