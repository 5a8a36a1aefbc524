package io.millrace.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.store.RunFolder;
import io.millrace.training.MasterWeights;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
  private static final Fingerprints SAME = new Fingerprints("p", "d", "m");
  private static final String CONFIG =
      """
      name: monday
      training: {workers: 2, startTimeout: 300}
      optimizer: {momentum: 0.9}
      augment: [{flip: 0.5}]
      """;

  private final Configuration hadoop = new Configuration();
  @TempDir private Path dir;
  private CheckpointStore store;

  @BeforeEach
  void writeOne() {
    store = new CheckpointStore(RunFolder.open(hadoop, dir.toString(), "run"), 2);
  }

  private Optional<Checkpoint> resume(String from, Fingerprints now, String config)
      throws IOException {
    store.write(
        new Checkpoint(
            new MasterWeights(WeightVector.of(1), WeightVector.of(), 7, 3),
            SAME,
            CONFIG,
            Optional.empty()));
    return Resume.from(from, store, hadoop, now, config);
  }

  @Test
  void autoStartsAnewWithoutACheckpoint() throws IOException {
    assertThat(Resume.from("auto", store, hadoop, SAME, CONFIG)).isEmpty();
  }

  @Test
  void autoAndPathFindTheSame() throws IOException {
    String path = dir.resolve("run/checkpoints/epoch-0003").toString();
    assertThat(resume("auto", SAME, CONFIG).orElseThrow().weights().update()).isEqualTo(7);
    assertThat(resume(path, SAME, CONFIG).orElseThrow().weights().update()).isEqualTo(7);
  }

  @Test
  void keysWithoutASayInTheWeightsMayChange() throws IOException {
    String config = CONFIG.replace("monday", "tuesday").replace("300", "60");
    assertThat(resume("auto", SAME, config)).isPresent();
  }

  @Test
  void allDifferencesAreListed() {
    String config = CONFIG.replace("0.9", "0.8").replace("0.5", "1") + "seed: 2\n";
    assertThatThrownBy(() -> resume("auto", new Fingerprints("q", "e", "n"), config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot resume from epoch 3: it was trained with augment = [{flip=0.5}] (now"
                + " [{flip=1}]); optimizer.momentum = 0.9 (now 0.8); seed = unset (now 2);"
                + " another prepared data set (set that back, or train anew: --set name=...,"
                + " --overwrite)");
  }

  @Test
  void anotherPlanOfTheSameConfigIsRefused() {
    assertThatThrownBy(() -> resume("auto", new Fingerprints("q", "d", "m"), CONFIG))
        .hasMessage(
            "Cannot resume from epoch 3: it was trained with another plan, by another version of"
                + " Millrace (set that back, or train anew: --set name=..., --overwrite)");
  }
}
