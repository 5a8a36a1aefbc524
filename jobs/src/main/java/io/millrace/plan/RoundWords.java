package io.millrace.plan;

import io.millrace.epoch.EpochShape;
import io.millrace.epoch.RoundCut;
import io.millrace.exchange.Every;
import io.millrace.recipe.ResolvedRate;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.stream.LongStream;

/** How many rounds the epochs of a run have, in words. */
final class RoundWords {
  private RoundWords() {}

  /** {@code 15 an epoch, of 4 updates}; a range, and those of the run, where epochs differ. */
  static String of(Every every, EpochShape shape, ResolvedRate rate) {
    String words = every.words(rate);
    int updates = shape.updates();
    if (every.always().isPresent()) {
      int always = every.always().getAsInt();
      int rounds = RoundCut.fixed(always, updates).rounds();
      String cut = always > updates ? ", cut to the epoch's %,d" : "";
      return format("%,d an epoch, of %s" + cut, rounds, words, updates);
    }
    if (rate.schedule().feedback(rate.course()).isPresent()) {
      int rounds = RoundCut.of(every, 0, updates, rate, rate).rounds();
      return format("%,d an epoch at first, of %s", rounds, words);
    }
    LongSummaryStatistics rounds =
        LongStream.range(0, rate.course().updates() / updates)
            .map(epoch -> RoundCut.of(every, epoch * updates, updates, rate, rate).rounds())
            .summaryStatistics();
    return rounds.getMin() == rounds.getMax()
        ? format("%,d an epoch, of %s", rounds.getMin(), words)
        : format(
            "%,d to %,d an epoch, %,d in all, of %s",
            rounds.getMin(), rounds.getMax(), rounds.getSum(), words);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
