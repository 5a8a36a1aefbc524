package io.millrace.store;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Time that passes until somebody asks for the end.
 *
 * @param stop whether somebody has
 */
record Wait(BooleanSupplier stop) {
  private static final long LOOK_MILLIS = 100;

  /**
   * Waits.
   *
   * @throws WaitStoppedException as soon as somebody asks for the end
   */
  void pass(Duration time) throws InterruptedIOException {
    long end = System.nanoTime() + Math.max(1_000_000, time.toNanos());
    try {
      for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
        if (stop.getAsBoolean()) {
          throw new WaitStoppedException();
        }
        Thread.sleep(Math.min(LOOK_MILLIS, left / 1_000_000 + 1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a lease");
    }
  }
}
