package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.store.FailingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  /** What spark-submit makes of {@code --conf spark.hadoop.fs.failing.impl=...}. */
  private static final String STORE = "spark.hadoop.fs.failing.impl";

  @TempDir private Path dir;

  @AfterEach
  void forget() {
    System.clearProperty(STORE);
  }

  @Test
  void aConfigLiesOnAnyStoreThatTheSubmissionKnows() throws IOException {
    Path file = Files.writeString(dir.resolve("run.yaml"), "name: there\n");
    String there = FailingStore.path(file);
    assertThatThrownBy(() -> ConfigFile.read(there))
        .hasMessage("Cannot read config %s: No FileSystem for scheme \"failing\"".formatted(there));
    System.setProperty(STORE, FailingStore.Files.class.getName());
    assertThat(ConfigFile.read(there)).isEqualTo("name: there\n");
  }
}
