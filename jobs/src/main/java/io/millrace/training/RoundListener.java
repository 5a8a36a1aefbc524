package io.millrace.training;

/** Hears of every finished round. Runs on the driver. */
@FunctionalInterface
public interface RoundListener {
  /** Called after the round's average stands in the master weights. */
  void roundEnded(RoundReport report);
}
