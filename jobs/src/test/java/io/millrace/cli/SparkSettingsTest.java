package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

  @Test
  void aCipherThatLosesMessagesIsRefusedBeforeSparkStarts() {
    System.setProperty("spark.network.crypto.enabled", "true");
    System.setProperty("spark.network.crypto.cipher", "AES/GCM/NoPadding");
    try {
      assertThatIllegalArgumentException()
          .isThrownBy(SparkSettingsTest::settings)
          .withMessageStartingWith("Invalid spark.network.crypto.cipher: AES/GCM/NoPadding (");
    } finally {
      System.clearProperty("spark.network.crypto.enabled");
      System.clearProperty("spark.network.crypto.cipher");
    }
  }
}
