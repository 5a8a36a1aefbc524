package io.millrace.epoch;

import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The encoded windows of one worker, each read once, in order, by a thread of its own: the one in
 * use and the one after it, which is read ahead, also over the end of an epoch. Asked by one thread
 * at a time, for windows that never go back.
 */
final class WindowReader implements AutoCloseable {
  /** A window of an epoch. */
  private record Key(int epoch, int window) {}

  /** A window with its blocks in memory. */
  record Loaded(PlannedWindow plan, EncodedBlock[] blocks) {}

  /** A window that has been asked for. */
  private record Asked(Future<Loaded> loaded) {}

  private final FeedSpec spec;
  private final int worker;
  private final ReadMeter meter;
  private final ExecutorService thread;
  private final Map<Integer, EpochPlan> plans = new LinkedHashMap<>();
  private final Map<Key, Asked> windows = new LinkedHashMap<>();

  WindowReader(FeedSpec spec, int worker, ReadMeter meter, String name) {
    this.spec = spec;
    this.worker = worker;
    this.meter = meter;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> MinibatchQueue.daemon(task, "millrace-read-" + name));
  }

  /** Order for the rows of an update; the windows are asked for at once. */
  MinibatchQueue.Order order(int epoch, int update) {
    EpochPlan plan = plan(epoch);
    int batch = spec.shape().batchPerWorker();
    long from = (long) update * batch;
    int examples = spec.shape().examples(update, worker);
    int first = plan.windowAt(worker, from);
    int last = plan.windowAt(worker, from + examples - 1);
    windows.keySet().removeIf(key -> key.epoch < epoch || key.epoch == epoch && key.window < first);
    WindowedOrder order =
        new WindowedOrder(spec.blocks(), epoch, update, from, examples, last - first + 1);
    for (int i = first; i <= last; i++) {
      order.windows[i - first] = ask(new Key(epoch, i)).loaded();
    }
    if (last + 1 < plan.windows(worker)) {
      ask(new Key(epoch, last + 1));
    } else if (epoch + 1 < spec.epochs()) {
      ask(new Key(epoch + 1, 0));
    }
    return order;
  }

  private Asked ask(Key key) {
    return windows.computeIfAbsent(
        key,
        k -> {
          EpochPlan plan = plan(k.epoch);
          return new Asked(thread.submit(() -> read(k.epoch, plan.window(worker, k.window))));
        });
  }

  private Loaded read(int epoch, PlannedWindow plan) throws IOException {
    EncodedBlock[] blocks = new EncodedBlock[plan.blocks().length];
    for (int i = 0; i < blocks.length; i++) {
      long start = System.nanoTime();
      Block block = spec.blocks().get(plan.blocks()[i]);
      blocks[i] = spec.reader().read(block);
      meter.add(epoch, block.bytes(), System.nanoTime() - start);
    }
    return new Loaded(plan, blocks);
  }

  private EpochPlan plan(int epoch) {
    plans.keySet().removeIf(e -> e < epoch - 1);
    return plans.computeIfAbsent(epoch, spec::plan);
  }

  @Override
  public void close() {
    MinibatchQueue.stop(thread);
  }
}
