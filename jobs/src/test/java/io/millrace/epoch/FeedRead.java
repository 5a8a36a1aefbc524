package io.millrace.epoch;

import io.millrace.wire.Packed;

/** The minibatches of a worker as its tasks take them, without the jobs, for the benchmarks. */
public final class FeedRead {
  private FeedRead() {}

  /** Prepares the first epoch of {@code spec} for a worker, round by round; counts its examples. */
  public static long examples(FeedSpec spec, int worker) {
    FeedSpec kept = FeedCache.ON_THIS_EXECUTOR.spec(spec.run(), Packed.pack(spec));
    EpochShape shape = spec.shape();
    long examples = 0;
    for (int round = 0; round < shape.rounds(); round++) {
      var start = new WindowFeed.Position(0, shape.firstUpdate(round));
      MinibatchSource source = FeedCache.ON_THIS_EXECUTOR.lend(kept, worker, start, 1);
      try (var batches = new PreparedMinibatches(source, 0, shape.minibatches(round, worker))) {
        while (batches.hasNext()) {
          examples += batches.next().numExamples();
        }
      }
    }
    return examples;
  }
}
