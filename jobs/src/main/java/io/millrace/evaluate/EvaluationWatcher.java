package io.millrace.evaluate;

/** Is told what {@code evaluate} does while it does it. Lives on the driver. */
public interface EvaluationWatcher {
  /** A line about model and data, before anything is scored. */
  void line(String text);

  /** Scoring begins. */
  void started(long examples);

  /** So many more examples are scored. */
  void scored(int examples);
}
