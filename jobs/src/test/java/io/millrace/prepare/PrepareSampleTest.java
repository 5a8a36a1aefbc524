package io.millrace.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dataset.IdSum;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.prepare.DatasetConfig.Encoding;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample that ships, prepared as the quickstart does it. */
class PrepareSampleTest {
  @TempDir Path folder;

  @Test
  void sampleInHuggingFaceLayoutBecomesBlocks() throws Exception {
    var dataset = new DatasetConfig(folder.toString(), 256, 16, 0.1, 0, Encoding.KEEP, 90, 0.01);
    PrepareReport report =
        PrepareFixture.prepare(
            PrepareFixture.source(Path.of("../conf/sample").toAbsolutePath().normalize()), dataset);
    assertThat(report.upToDate()).isFalse();
    PreparedDataset set = PreparedDataset.open(folder.toString(), new Configuration());
    assertThat(set.classes())
        .startsWith("T-shirt/top", "Trouser")
        .endsWith("Ankle boot")
        .hasSize(10);
    assertThat(set.rows(Split.TEST)).isEqualTo(1000);
    assertThat(set.rows(Split.TRAIN) + set.rows(Split.VALIDATION)).isEqualTo(6000);
    assertThat(set.rows(Split.VALIDATION)).isBetween(500L, 700L);
    assertThat(set.blocks(Split.TEST))
        .extracting(b -> b.rows())
        .containsExactly(256, 256, 256, 232);
    assertThat(set.manifest().images().mean().get(0)).isBetween(0.27, 0.30);
    assertThat(set.manifest().images().deviation().get(0)).isBetween(0.34, 0.37);
    Set<Long> ids = new HashSet<>();
    for (Split split : Split.values()) {
      IdSum sum = new IdSum();
      set.examples(split)
          .forEachRemaining(
              example -> {
                assertThat(ids.add(example.id())).isTrue();
                sum.add(example.id());
              });
      assertThat(sum).isEqualTo(set.idSum(split));
    }
    assertThat(ids).hasSize(7000);
  }

  /** Trained weights of the shipped configs hang on these numbers. */
  @Test
  void theQuickstartsSplitAndNormalisationKeepTheirBits() throws Exception {
    var dataset = new DatasetConfig(folder.toString(), 256, 16, 0.05, 0, Encoding.KEEP, 90, 0.01);
    PrepareFixture.prepare(
        PrepareFixture.source(Path.of("../conf/sample").toAbsolutePath().normalize()), dataset);
    PreparedDataset set = PreparedDataset.open(folder.toString(), new Configuration());
    assertThat(set.idSum(Split.TRAIN)).hasToString("e9b17ffc1b5ebafc5ba447c8623dc497");
    assertThat(set.idSum(Split.VALIDATION)).hasToString("41b6d9aa82a2b01b2eeefc271364d3ce");
    assertThat(set.idSum(Split.TEST)).hasToString("3beed774f2d0ca405c7e6b8ee6c953e4");
    assertThat(set.manifest().images().mean()).containsExactly(0.2871212255567018);
    assertThat(set.manifest().images().deviation()).containsExactly(0.35390385369139293);
  }
}
