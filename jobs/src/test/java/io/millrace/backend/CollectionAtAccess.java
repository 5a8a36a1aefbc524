package io.millrace.backend;

import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Collects garbage whenever the memory of an array is reached: what nobody holds of the arrays
 * reached before is freed by ND4J before native code can run on them.
 */
public final class CollectionAtAccess implements HostCopies, AutoCloseable {
  /** What ND4J's own thread takes at most to free what the collector found. */
  private static final long FREEING_MILLIS = 3;

  private final HostCopies before = HostAccess.replace(this);
  private final AtomicLong accesses = new AtomicLong();
  private final int every;

  /**
   * Begins.
   *
   * @param every one access in how many collects
   */
  public CollectionAtAccess(int every) {
    this.every = every;
  }

  @Override
  public Pointer ask(INDArray array) {
    Pointer elements = before.ask(array);
    if (accesses.getAndIncrement() % every == 0) {
      System.gc();
      try {
        Thread.sleep(FREEING_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return elements;
  }

  @Override
  public void tag(INDArray array) {
    before.tag(array);
  }

  @Override
  public void close() {
    HostAccess.replace(before);
  }
}
