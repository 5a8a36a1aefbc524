package io.millrace.checkpoint;

import io.millrace.state.Tally;
import io.millrace.wire.Measures;
import java.util.List;

/**
 * A {@link Tally} as the manifest has it: measures in the order in which they came, since that of
 * metrics.jsonl follows it.
 */
record TallyFile(
    int rounds,
    long update,
    double firstRate,
    double lastRate,
    long examples,
    long idSumHigh,
    long idSumLow,
    List<Measured> measures) {
  /** One of {@link Measures}. */
  record Measured(String name, double sum, double weight) {}

  /** Null for a tally of nothing. */
  static TallyFile of(Tally tally) {
    Measures measures = tally.measures();
    return tally.rounds() == 0
        ? null
        : new TallyFile(
            tally.rounds(),
            tally.update(),
            tally.firstRate(),
            tally.lastRate(),
            tally.examples(),
            tally.idSumHigh(),
            tally.idSumLow(),
            measures.names().stream()
                .map(name -> new Measured(name, measures.sum(name), measures.weight(name)))
                .toList());
  }

  Tally tally() {
    Measures all = new Measures();
    measures.forEach(each -> all.add(each.name(), each.sum(), each.weight()));
    return new Tally(rounds, update, firstRate, lastRate, examples, idSumHigh, idSumLow, all);
  }
}
