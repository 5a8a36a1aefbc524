package io.millrace;

import io.millrace.backend.CollectionAtAccess;

/**
 * A thread that collects garbage all the time, so that what may be freed is freed at once, or, for
 * a sample of that, a collection at the accesses to arrays alone.
 */
public final class ConstantCollection implements AutoCloseable {
  /** Garbage is collected all the time for {@code always}, else at every n-th access. */
  public static AutoCloseable of(String when) {
    return when.equals("always")
        ? new ConstantCollection()
        : new CollectionAtAccess(Integer.parseInt(when));
  }

  private volatile boolean on = true;
  private final Thread thread = new Thread(this::collect, "constant-collection");

  private ConstantCollection() {
    thread.setDaemon(true);
    thread.start();
  }

  private void collect() {
    while (on) {
      System.gc();
    }
  }

  @Override
  public void close() {
    on = false;
  }
}
