package io.millrace.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.minibatch.LabelSmoothing;
import io.millrace.minibatch.MixingTimes;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedSpecTest {
  @ParameterizedTest
  @CsvSource({
    "8,   4,   1, 1,  64", // 832 bytes: never thousands of them
    "64,  32,  3, 1,  21", // 789 KB: what fills 16 MiB
    "256, 224, 3, 2,  4", // 154 MB: one in use, one ready, one in each thread's hands
    "2147483647, 8, 1, 1, 64", // a worker has 500 examples
  })
  void aQueueHasMoreBuffersWhereMinibatchesAreSmall(
      int batch, int side, int channels, int threads, int buffers) {
    FeedSpec.Images images =
        new FeedSpec.Images(
            side,
            side,
            channels,
            List.of(),
            new float[channels],
            new float[channels],
            10,
            new LabelSmoothing(0),
            MixingTimes.NEVER);
    FeedSpec spec =
        new FeedSpec("run", 1, 1, new EpochShape(1000, 2, batch), 4, List.of(), null, images);
    assertThat(spec.buffers(threads)).isEqualTo(buffers);
  }
}
