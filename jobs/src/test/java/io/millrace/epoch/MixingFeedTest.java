package io.millrace.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.minibatch.LabelSmoothing;
import io.millrace.minibatch.Mixing;
import io.millrace.minibatch.MixingTimes;
import io.millrace.minibatch.MixupOrCutmix;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Targets of the minibatches that workers are fed with, epochs and workers apart. */
class MixingFeedTest {
  private static final int BATCH = 6;
  private static final Mixing BOTH = new MixupOrCutmix(1, 1, 0.5);

  @Test
  void allWorkersMixAnUpdateAlikeAndTheLastEpochsNotAtAll() throws Exception {
    FeedSpec spec = spec(new MixingTimes(BOTH, 1, 2));
    for (int epoch = 0; epoch < 3; epoch++) {
      List<Set<Float>> first = shares(spec, 0, epoch);
      assertThat(shares(spec, 1, epoch)).isEqualTo(first);
      long mixed = first.stream().filter(each -> !each.isEmpty()).count();
      assertThat(mixed).isBetween(epoch < 2 ? 6L : 0L, epoch < 2 ? 12L : 0L);
    }
  }

  @Test
  void someUpdatesAreMixedAndOthersHaveHardTargets() throws Exception {
    FeedSpec some = spec(new MixingTimes(BOTH, 0.5, 3));
    long all =
        shares(spec(new MixingTimes(BOTH, 1, 3)), 0, 0).stream().filter(s -> !s.isEmpty()).count();
    long mixed = shares(some, 0, 0).stream().filter(each -> !each.isEmpty()).count();
    assertThat(mixed).isBetween(1L, all - 1);
  }

  private static FeedSpec spec(MixingTimes mixing) {
    FeedSpec spec = new MemoryBlocks("mixing", new int[] {36, 36, 36, 36}, 4).spec(2, BATCH, 0, 0);
    FeedSpec.Images plain = spec.images();
    FeedSpec.Images images =
        new FeedSpec.Images(
            plain.height(),
            plain.width(),
            plain.channels(),
            plain.augment(),
            plain.mean(),
            plain.deviation(),
            plain.classes(),
            new LabelSmoothing(0),
            mixing);
    return new FeedSpec(
        spec.run(),
        spec.seed(),
        spec.epochs(),
        spec.shape(),
        spec.window(),
        spec.blocks(),
        spec.reader(),
        images);
  }

  /** For each update the shares that targets are mixed by: what is neither 0 nor 1 among them. */
  private static List<Set<Float>> shares(FeedSpec spec, int worker, int epoch) throws Exception {
    List<Set<Float>> updates = new ArrayList<>();
    WindowFeed.Position start = new WindowFeed.Position(epoch, 0);
    try (WindowFeed feed = new WindowFeed(spec, worker, start, 1, new ReadMeter())) {
      for (int update = 0; update < spec.shape().updates(); update++) {
        PreparedMinibatch batch = feed.take();
        Set<Float> values = new TreeSet<>();
        for (int i = 0; i < BATCH * spec.images().classes(); i++) {
          float target = batch.targets.get(i);
          if (Math.abs(target - Math.rint(target)) > 1e-6) {
            values.add(target);
          }
        }
        updates.add(values);
      }
    }
    return updates;
  }
}
