package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.store.Redaction;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** What Spark is started with by a program that is not deploy/submit. */
class SparkSettingsTest {
  private static SparkConf settings() {
    RunConfig config = ConfigReader.read("run.yaml", "name: some", List.of());
    return Sessions.settings("prepare", config);
  }

  @Test
  void eventLogAndPagesHideWhatMillraceHides() {
    assertThat(settings().get("spark.redaction.regex")).isEqualTo(Redaction.NAMES);
  }
}
