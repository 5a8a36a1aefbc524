package io.millrace.epoch;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The minibatches of one worker from some update on, over rounds and epochs, prepared in the
 * background. Everything in it is a cache of pure functions of the spec: it may be dropped at any
 * time.
 */
final class WindowFeed implements AutoCloseable {
  /** An update of an epoch. */
  record Position(int epoch, int update) {}

  private final FeedSpec spec;
  private final int worker;
  private final ReadMeter meter;
  private final WindowReader reader;
  private final MinibatchQueue queue;
  private Position next;

  WindowFeed(FeedSpec spec, int worker, Position start, int threads, ReadMeter meter) {
    this.spec = spec;
    this.worker = worker;
    this.meter = meter;
    this.next = start;
    reader = new WindowReader(spec, worker, meter, spec.run() + "-" + worker);
    queue = new MinibatchQueue(spec, new Orders(start), threads, spec.run() + "-" + worker);
  }

  /** Where the next minibatch stands; null after the last epoch. */
  Position next() {
    return next;
  }

  /** Whether the next minibatch is there already. */
  boolean ready() {
    return queue.ready();
  }

  /** The next minibatch, valid until the next call; waits for it. */
  PreparedMinibatch take() throws InterruptedException {
    PreparedMinibatch batch = queue.take();
    next = after(next);
    return batch;
  }

  ReadMeter meter() {
    return meter;
  }

  private Position after(Position position) {
    int update = position.update() + 1;
    if (update < spec.shape().updates() && spec.shape().examples(update, worker) > 0) {
      return new Position(position.epoch(), update);
    }
    return position.epoch() + 1 < spec.epochs() ? new Position(position.epoch() + 1, 0) : null;
  }

  @Override
  public void close() {
    queue.close();
    reader.close();
  }

  private final class Orders implements Iterator<MinibatchQueue.Order> {
    private Position position;

    Orders(Position start) {
      position = start;
    }

    @Override
    public boolean hasNext() {
      return position != null;
    }

    @Override
    public MinibatchQueue.Order next() {
      if (position == null) {
        throw new NoSuchElementException();
      }
      MinibatchQueue.Order order = reader.order(position.epoch(), position.update());
      position = after(position);
      return order;
    }
  }
}
