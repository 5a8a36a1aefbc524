package io.millrace.epoch;

import io.millrace.dataset.IdSum;
import io.millrace.wire.Measures;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The minibatches of one (round, worker) out of a {@link MinibatchSource}, and what they cost. A
 * task may be over, and this closed, while its replica still asks: then it is refused.
 */
final class PreparedMinibatches implements MinibatchIterator {
  private final MinibatchSource source;
  private final int epoch;
  private final int count;
  private final IdSum ids = new IdSum();
  private long examples;
  private long bytesRead;
  private long readNanos;
  private long decodeNanos;
  private long augmentNanos;
  private long waitNanos;
  private final AtomicInteger taken = new AtomicInteger();
  private boolean closed;

  /** The next {@code count} minibatches of {@code source}, all of one epoch. */
  PreparedMinibatches(MinibatchSource source, int epoch, int count) {
    this.source = source;
    this.epoch = epoch;
    this.count = count;
  }

  @Override
  public boolean hasNext() {
    return taken.get() < count;
  }

  @Override
  public DataSet next() {
    if (taken.get() == count) {
      throw new NoSuchElementException();
    }
    PreparedMinibatch batch = take();
    ids.add(batch.ids());
    examples += batch.examples();
    decodeNanos += batch.decodeNanos();
    augmentNanos += batch.augmentNanos();
    DataSet data = batch.dataSet();
    taken.incrementAndGet();
    return data;
  }

  private PreparedMinibatch take() {
    long start = System.nanoTime();
    try {
      return source.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Cannot feed: the task was interrupted");
    } finally {
      waitNanos += System.nanoTime() - start;
    }
  }

  @Override
  public FeedReport report() {
    ReadMeter.Cost read = source.meter().take(epoch);
    bytesRead += read.bytes();
    readNanos += read.nanos();
    return new FeedReport(
        examples,
        ids.high(),
        ids.low(),
        new Measures()
            .add(FeedReport.BYTES_READ, bytesRead)
            .add(FeedReport.READ, readNanos)
            .add(FeedReport.DECODE, decodeNanos)
            .add(FeedReport.AUGMENT, augmentNanos)
            .add(FeedReport.WAITING, waitNanos));
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      source.release(taken.get() == count);
    }
  }
}
