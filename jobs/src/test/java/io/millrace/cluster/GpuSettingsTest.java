package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuSettingsTest {
  private final SparkConf conf = new SparkConf(false);

  @ParameterizedTest
  @ValueSource(strings = {"0.5", "2", "0", "all"})
  void aTaskHasOneGpuAndNeitherApartNorSeveral(String amount) {
    conf.set("spark.executor.resource.gpu.amount", "2");
    conf.set("spark.task.resource.gpu.amount", amount);
    refused(amount);
  }

  @Test
  void gpusThatNoTaskAsksForAreRefused() {
    conf.set("spark.executor.resource.gpu.amount", "2");
    refused("not set");
  }

  private void refused(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusterCheck.gpus(conf))
        .withMessage(
            "Invalid spark.task.resource.gpu.amount: %s (must be 1 where executors have GPUs: a replica has one of its own)",
            value);
  }

  @Test
  void oneGpuATaskAndNoneAtAllPass() {
    assertThatCode(() -> ClusterCheck.gpus(conf)).doesNotThrowAnyException();
    conf.set("spark.executor.resource.gpu.amount", "4");
    conf.set("spark.task.resource.gpu.amount", "1.0");
    assertThatCode(() -> ClusterCheck.gpus(conf)).doesNotThrowAnyException();
  }
}
