package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Spark takes a setting that it does not know without a word: those of our files are its own. */
class SparkKeysTest {
  private static final Path ROOT = Path.of(System.getProperty("basedir", ".")).resolve("..");
  private static final Path KUBERNETES = ROOT.resolve("deploy/kubernetes");

  static List<Path> files() throws IOException {
    List<Path> found = new ArrayList<>(KubernetesFiles.applications(KUBERNETES));
    for (Path folder : List.of(ROOT.resolve("conf"), KUBERNETES)) {
      try (var files = Files.list(folder)) {
        files.filter(file -> file.toString().endsWith(".conf")).sorted().forEach(found::add);
      }
    }
    return found;
  }

  private static Map<String, String> settings(Path file) throws IOException {
    if (file.toString().endsWith(".conf")) {
      return SparkKeys.of(file);
    }
    Map<String, String> settings = new TreeMap<>();
    for (JsonNode conf : KubernetesFiles.documents(file).get(0).findValues("sparkConf")) {
      conf.fields().forEachRemaining(each -> settings.put(each.getKey(), each.getValue().asText()));
    }
    return settings;
  }

  @Test
  void theFilesAreAllThatAreShipped() throws IOException {
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .contains("train.yaml", "nights.yaml", "spark-submit.conf", "spark-defaults.conf")
        .contains("yarn.conf", "gpu.conf", "s3a.conf", "secure.conf");
  }

  @ParameterizedTest
  @MethodSource("files")
  void everySettingIsOneOfSparks(Path file) throws IOException {
    Map<String, String> settings = settings(file);
    assertThat(settings).hasSizeGreaterThan(7);
    assertThat(SparkKeys.problems(settings)).isEmpty();
  }

  /** What stands in the file, and what somebody typed. */
  @ParameterizedTest
  @CsvSource({
    "deploy/kubernetes/spark-submit.conf, spark.kubernetes.namespace, spark.kubernetes.namespac",
    "deploy/kubernetes/spark-submit.conf, spark.kubernetes.driver.podTemplateFile, spark.kubernetes.driver.podTemplatefile",
    "deploy/kubernetes/spark-submit.conf, spark.kubernetes.driver.secretKeyRef.AWS_ACCESS_KEY_ID, spark.kubernetes.driver.secretKeyRefs.AWS_ACCESS_KEY_ID",
    "deploy/kubernetes/spark-submit.conf, spark.executorEnv.OMP_NUM_THREADS, spark.executorEnvs.OMP_NUM_THREADS",
    "deploy/kubernetes/train.yaml, spark.broadcast.blockSize, spark.broadcast.blocksize",
    "deploy/kubernetes/nights.yaml, spark.sql.parquet.columnarReaderBatchSize, spark.sql.parquet.columnarBatchSize",
    "conf/spark-defaults.conf, spark.locality.wait, spark.localty.wait",
    "conf/yarn.conf, spark.yarn.maxAppAttempts, spark.yarn.maxAppAttempt",
    "conf/yarn.conf, spark.yarn.archive, spark.yarn.archives",
    "conf/gpu.conf, spark.task.resource.gpu.amount, spark.task.resource.gpu.amounts",
    "conf/s3a.conf, spark.hadoop.fs.s3a.retry.limit, spark.hadoop.fs.s3a.retries.limit",
    "conf/secure.conf, spark.ssl.protocol, spark.ssl.protokol",
    "conf/secure.conf, spark.network.crypto.cipher, spark.network.crypto.cypher"
  })
  void aMisspeltSettingIsRefused(String file, String key, String typed) throws IOException {
    Map<String, String> settings = settings(ROOT.resolve(file));
    assertThat(settings).containsKey(key);
    settings.put(typed, settings.remove(key));
    assertThat(SparkKeys.problems(settings)).containsExactly(typed + ": no setting of Spark");
  }

  @ParameterizedTest
  @CsvSource({
    "spark.dynamicAllocation.enabled, flase",
    "spark.executor.memory, 4 gigs",
    "spark.locality.wait, soon"
  })
  void soIsAValueThatSparkCannotRead(String key, String value) {
    assertThat(SparkKeys.problems(Map.of(key, value))).singleElement().asString().contains(key);
  }
}
