package io.millrace.prepare;

import io.millrace.dataset.Split;
import io.millrace.settings.Counts;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * What a source must have to be worth training on.
 *
 * @param where the condition that its rows meet, or null
 */
record Usable(String source, String where, double maxBadShare) {
  /** Requires that all of the source could be read, and that it has rows. */
  void requireRows(SourceTally found) {
    if (!found.unreadable().isEmpty()) {
      int more = found.unreadable().size() - 1;
      throw new IllegalArgumentException(
          found.unreadable().first() + (more == 0 ? "" : " (and %d more)".formatted(more)));
    }
    if (found.rows() == 0) {
      String which = where == null ? "" : " that meet source.where, " + where;
      throw invalid("it has no rows%s", which);
    }
  }

  /** Requires few bad rows, and rows of two classes for training where there are any. */
  void requireTraining(VerdictTally tally, SourceTally found, ClassOrder classes, Path quarantine) {
    requireFewBad(tally, found, quarantine);
    long rows = tally.rows(Split.TRAIN);
    if (rows == 0) {
      requireHoldOut(tally, found);
      return;
    }
    List<Long> byClass = tally.byClass(Split.TRAIN);
    int only = byClass.indexOf(rows);
    if (only >= 0) {
      throw invalid(
          "all of its training rows have the class %s (must be 2 classes or more)",
          classes.names().get(only));
    }
  }

  /** Requires few bad rows. */
  void requireFewBad(VerdictTally tally, SourceTally found, Path quarantine) {
    double share = tally.rejected() / (double) found.rows();
    if (share > maxBadShare) {
      throw invalid(
          "%d of %d rows cannot be used, %.2f %% (dataset.maxBadShare allows %.2f %%): %s; see %s",
          tally.rejected(),
          found.rows(),
          100 * share,
          100 * maxBadShare,
          Counts.words(tally.reasons()),
          quarantine);
    }
  }

  /** A source of validation or test alone can be evaluated on. */
  private void requireHoldOut(VerdictTally tally, SourceTally found) {
    String reasons = Counts.words(tally.reasons());
    if (found.claims(Split.TRAIN)) {
      throw invalid("none of its rows for training can be used: %s", reasons);
    }
    if (tally.rows(Split.VALIDATION) + tally.rows(Split.TEST) == 0) {
      throw invalid("none of its rows can be used: %s", reasons);
    }
  }

  private IllegalArgumentException invalid(String problem, Object... values) {
    return new IllegalArgumentException(
        "Cannot prepare %s: %s".formatted(source, problem.formatted(values)));
  }
}
