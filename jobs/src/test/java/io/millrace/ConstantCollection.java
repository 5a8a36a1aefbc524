package io.millrace;

/** A thread that collects garbage all the time, so that what may be freed is freed at once. */
public final class ConstantCollection implements AutoCloseable {
  private volatile boolean on = true;
  private final Thread thread = new Thread(this::collect, "constant-collection");

  public ConstantCollection() {
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
