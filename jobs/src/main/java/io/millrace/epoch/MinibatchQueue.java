package io.millrace.epoch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Minibatches in order, prepared in the background. As many are ordered ahead as there are buffers;
 * taking one gives the buffer of the one before back. The buffer that came back last is filled
 * first: where filling is what takes the time, few of them go round and stay in the cache. Taken
 * from by one thread at a time.
 */
final class MinibatchQueue implements AutoCloseable {
  /** Where the rows of a minibatch come from, and whose they are. */
  interface Order {
    /** The rows; waits for storage. */
    EncodedRows rows() throws Exception;

    int epoch();

    int update();
  }

  private final FeedSpec spec;
  private final Iterator<? extends Order> orders;
  private final ThreadPoolExecutor threads;
  private final Queue<MinibatchFiller> fillers = new ConcurrentLinkedQueue<>();
  private final Deque<PreparedMinibatch> free = new ConcurrentLinkedDeque<>();
  private final Queue<Future<PreparedMinibatch>> ordered = new ArrayDeque<>();
  private final int buffers;
  private PreparedMinibatch taken;

  MinibatchQueue(FeedSpec spec, Iterator<? extends Order> orders, int threads, String name) {
    this.spec = spec;
    this.orders = orders;
    this.threads = new Fillers(threads, name);
    this.buffers = spec.buffers(threads);
    for (int i = 0; i < buffers; i++) {
      free.push(new PreparedMinibatch(spec));
    }
    orderAhead();
  }

  /** Whether the next minibatch is there already. */
  boolean ready() {
    return !ordered.isEmpty() && ordered.peek().isDone();
  }

  /** The next minibatch, valid until the next call; waits for it. */
  PreparedMinibatch take() throws InterruptedException {
    if (taken != null) {
      free.push(taken);
      taken = null;
    }
    orderAhead();
    try {
      taken = ordered.remove().get();
      return taken;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  private void orderAhead() {
    while (ordered.size() < buffers && orders.hasNext()) {
      Order order = orders.next();
      ordered.add(threads.submit(() -> fill(order)));
    }
  }

  private PreparedMinibatch fill(Order order) throws Exception {
    EncodedRows rows = order.rows();
    PreparedMinibatch batch = free.pop();
    MinibatchFiller filler = fillers.poll();
    if (filler == null) {
      filler = new MinibatchFiller(spec);
    }
    try {
      filler.fill(batch, rows, order.epoch(), order.update());
    } finally {
      fillers.add(filler);
    }
    return batch;
  }

  /** Stops the threads; whoever still waits for a minibatch is told so. Any thread may call it. */
  @Override
  public void close() {
    stop(threads);
  }

  /** The threads; the last one out frees the native memory of the pipelines. */
  private final class Fillers extends ThreadPoolExecutor {
    Fillers(int threads, String name) {
      super(
          threads,
          threads,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> daemon(task, "millrace-fill-" + name));
    }

    @Override
    protected void terminated() {
      fillers.forEach(MinibatchFiller::close);
      super.terminated();
    }
  }

  /** Interrupts what runs and cancels what does not run yet, so that nobody waits for it. */
  static void stop(ExecutorService threads) {
    for (Runnable task : threads.shutdownNow()) {
      ((Future<?>) task).cancel(true);
    }
  }

  static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
