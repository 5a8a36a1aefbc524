package io.millrace.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.backend.Devices;
import io.millrace.backend.PretendedDevice;
import io.millrace.backend.PretendedGpus;
import io.millrace.dataset.IdSum;
import io.millrace.minibatch.LabelSmoothing;
import io.millrace.minibatch.MixingTimes;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

class PreparedMinibatchTest {
  private static final int BATCH = 2;

  private final FeedSpec spec =
      new FeedSpec(
          "run",
          1,
          1,
          new EpochShape(10, 1, BATCH),
          1,
          List.of(),
          null,
          new FeedSpec.Images(
              2,
              2,
              1,
              List.of(),
              new float[1],
              new float[1],
              3,
              new LabelSmoothing(0),
              MixingTimes.NEVER));

  private PreparedMinibatch filled(int examples) {
    PreparedMinibatch batch = new PreparedMinibatch(spec);
    batch.features.put(0, new float[] {1, 2, 3, 4, 5, 6, 7, 8});
    batch.targets.put(0, new float[] {0, 1, 0, 1, 0, 0});
    batch.filled(Collections.nCopies(examples, 1L), new IdSum(), 0, 0);
    return batch;
  }

  private static void holds(DataSet found, int examples) {
    assertThat(found.getFeatures().shape()).containsExactly(examples, 1, 2, 2);
    assertThat(found.getFeatures().getFloat(examples - 1, 0, 1, 1)).isEqualTo(4f * examples);
    assertThat(found.getLabels().getFloat(0, 1)).isEqualTo(1);
  }

  @Test
  void whatWasFilledInReachesTheDevice() {
    try (PretendedDevice device = new PretendedDevice()) {
      PreparedMinibatch batch = filled(BATCH);
      holds(batch.dataSet(), BATCH);
      batch.features.put(0, new float[] {8, 8, 8, 8, 8, 8, 8, 8});
      batch.filled(List.of(1L), new IdSum(), 0, 0);
      assertThat(batch.dataSet().getFeatures().getFloat(0, 0, 1, 1)).isEqualTo(8);
    }
  }

  @Test
  void aThreadOfAnotherDeviceGetsACopyThere() {
    try (PretendedGpus gpus = new PretendedGpus(1)) {
      PreparedMinibatch batch = filled(BATCH);
      DataSet own = batch.dataSet();
      holds(own, BATCH);
      assertThat(batch.dataSet()).isSameAs(own);
      Devices.use(1);
      DataSet copy = batch.dataSet();
      holds(copy, BATCH);
      copy.getFeatures().assign(0);
      holds(own, BATCH);
    }
  }
}
