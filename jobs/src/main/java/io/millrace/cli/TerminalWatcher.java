package io.millrace.cli;

import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.metrics.WorkProgress;

/** Says on the terminal what is evaluated or predicted, and how far it is. */
final class TerminalWatcher implements EvaluationWatcher, AutoCloseable {
  private final WorkProgress progress = new WorkProgress();
  private final String work;
  private long examples;
  private long scored;

  TerminalWatcher(String work) {
    this.work = work;
  }

  @Override
  public void line(String text) {
    System.out.println(text);
  }

  @Override
  public void started(long of) {
    examples = of;
    progress.reached(work, 0, of);
  }

  @Override
  public void scored(int more) {
    scored += more;
    progress.reached(work, scored, examples);
  }

  @Override
  public void close() {
    progress.close();
  }
}
