package io.millrace.run;

import java.util.function.BooleanSupplier;

/** A wish that a run ends, which somebody may have at any time. */
public interface StopRequest extends BooleanSupplier {
  /** Lets somebody hear of the wish at once; on any thread. */
  void whenAsked(Runnable heard);

  /** One that is only asked for, between rounds. */
  static StopRequest of(BooleanSupplier asked) {
    return asked instanceof StopRequest both
        ? both
        : new StopRequest() {
          @Override
          public void whenAsked(Runnable heard) {}

          @Override
          public boolean getAsBoolean() {
            return asked.getAsBoolean();
          }
        };
  }
}
