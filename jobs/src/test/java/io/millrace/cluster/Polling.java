package io.millrace.cluster;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what another process does. */
public final class Polling {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final long LOOK_MILLIS = 20;

  private Polling() {}

  public static void until(String what, Callable<Boolean> condition) throws InterruptedException {
    if (!within(LIMIT, condition)) {
      throw new AssertionError("Waited in vain until " + what);
    }
  }

  /** Whether something holds before so much time has passed. */
  public static boolean within(Duration limit, Callable<Boolean> condition)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return true;
  }

  private static boolean holds(Callable<Boolean> condition) throws InterruptedException {
    try {
      return condition.call();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
