package io.millrace.backend;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * GPUs that are not there: as ND4J's, each thread gets the next one unless it chose one. Arrays
 * stay where they are.
 */
public final class PretendedGpus implements Devices.Affinity, AutoCloseable {
  private final int count;
  private final AtomicInteger next = new AtomicInteger();
  private final Map<Thread, Integer> ofThreads = new ConcurrentHashMap<>();
  private final Devices.Affinity before;

  public PretendedGpus(int count) {
    this.count = count;
    before = Devices.replace(this);
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int current() {
    return ofThreads.computeIfAbsent(Thread.currentThread(), any -> next.getAndIncrement() % count);
  }

  @Override
  public void use(int device) {
    ofThreads.put(Thread.currentThread(), device);
  }

  @Override
  public INDArray copy(INDArray array, int device) {
    return array.dup();
  }

  @Override
  public void close() {
    Devices.replace(before);
  }
}
