package io.millrace.epoch;

import io.millrace.wire.Packed;

/** The minibatches of a worker as its tasks take them, without the jobs, for the benchmarks. */
public final class FeedRead {
  private FeedRead() {}

  /**
   * Prepares the first epoch of {@code spec} for a worker, in rounds of {@code every} updates;
   * counts its examples.
   */
  public static long examples(FeedSpec spec, int every, int worker) {
    FeedSpec kept = FeedCache.ON_THIS_EXECUTOR.spec(spec.run(), Packed.pack(spec));
    EpochShape shape = spec.shape();
    long examples = 0;
    RoundCut cut = RoundCut.fixed(every, shape.updates());
    for (int round = 0; round < cut.rounds(); round++) {
      int first = cut.firstUpdate(round);
      int minibatches = shape.minibatches(first, cut.updates(round), worker);
      var start = new WindowFeed.Position(0, first);
      MinibatchSource source = FeedCache.ON_THIS_EXECUTOR.lend(kept, worker, start, 1);
      try (var batches = new PreparedMinibatches(source, 0, minibatches)) {
        while (batches.hasNext()) {
          examples += batches.next().numExamples();
        }
      }
    }
    return examples;
  }
}
