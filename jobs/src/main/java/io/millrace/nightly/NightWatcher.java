package io.millrace.nightly;

import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.prepare.PrepareListener;

/** Is told what a night does while it does it. Lives on the driver. */
public interface NightWatcher extends PrepareListener {
  /** A line for people. */
  void line(String text);

  /** How an evaluation tells it. */
  default EvaluationWatcher evaluation() {
    return new EvaluationWatcher() {
      private long examples;
      private long scored;

      @Override
      public void line(String text) {
        NightWatcher.this.line(text);
      }

      @Override
      public void started(long of) {
        examples = of;
        scored = 0;
        passed("evaluate", 0, of);
      }

      @Override
      public void scored(int more) {
        scored += more;
        passed("evaluate", scored, examples);
      }
    };
  }
}
