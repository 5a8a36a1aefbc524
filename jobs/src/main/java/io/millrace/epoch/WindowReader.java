package io.millrace.epoch;

import io.millrace.backend.Devices;
import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The encoded windows of one worker, each read once, in order, by a thread of its own: of each of
 * its shares the one in use and the one after it, which is read ahead, also over the end of an
 * epoch. Asked by one thread at a time, for windows that never go back.
 */
final class WindowReader implements AutoCloseable {
  /** A window of an epoch. */
  private record Key(int epoch, int share, int window) {}

  /** A window with its blocks in memory. */
  record Loaded(PlannedWindow plan, EncodedBlock[] blocks) {}

  /** A window that has been asked for. */
  private record Asked(Future<Loaded> loaded) {}

  private final FeedSpec spec;
  private final int worker;
  private final ReadMeter meter;
  private final int device;
  private final ExecutorService thread;
  private final Map<Integer, EpochPlan> plans = new LinkedHashMap<>();
  private final Map<Key, Asked> windows = new LinkedHashMap<>();

  WindowReader(FeedSpec spec, int worker, ReadMeter meter, String name) {
    this.spec = spec;
    this.worker = worker;
    this.meter = meter;
    this.device = Devices.ofTask(); // a reader may compute what it gives
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> MinibatchQueue.daemon(task, "millrace-read-" + name));
  }

  /** Order for the rows of an update; the windows are asked for at once. */
  MinibatchQueue.Order order(int epoch, int update) {
    EpochShape shape = spec.shape();
    List<WindowedOrder.Stretch> stretches = new ArrayList<>();
    for (int share = worker; share < shape.shares(); share += shape.workers()) {
      if (shape.shareExamples(update, share) > 0) {
        stretches.add(stretch(epoch, update, share));
      }
    }
    return new WindowedOrder(spec.blocks(), epoch, update, stretches);
  }

  private WindowedOrder.Stretch stretch(int epoch, int update, int share) {
    EpochPlan plan = plan(epoch);
    long from = (long) update * spec.shape().batchPerShare();
    int examples = spec.shape().shareExamples(update, share);
    int first = plan.windowAt(share, from);
    int last = plan.windowAt(share, from + examples - 1);
    windows.keySet().removeIf(key -> key.share == share && isBefore(key, epoch, first));
    List<Future<Loaded>> held = new ArrayList<>();
    for (int i = first; i <= last; i++) {
      held.add(ask(new Key(epoch, share, i)).loaded());
    }
    if (last + 1 < plan.windows(share)) {
      ask(new Key(epoch, share, last + 1));
    } else if (epoch + 1 < spec.epochs()) {
      ask(new Key(epoch + 1, share, 0));
    }
    return new WindowedOrder.Stretch(from, examples, held);
  }

  private static boolean isBefore(Key key, int epoch, int window) {
    return key.epoch < epoch || key.epoch == epoch && key.window < window;
  }

  private Asked ask(Key key) {
    return windows.computeIfAbsent(
        key,
        k -> {
          EpochPlan plan = plan(k.epoch);
          return new Asked(thread.submit(() -> read(k.epoch, plan.window(k.share, k.window))));
        });
  }

  private Loaded read(int epoch, PlannedWindow plan) throws IOException {
    Devices.use(device);
    EncodedBlock[] blocks = new EncodedBlock[plan.blocks().length];
    for (int i = 0; i < blocks.length; i++) {
      long start = System.nanoTime();
      Block block = spec.blocks().get(plan.blocks()[i]);
      blocks[i] = spec.reader().read(block);
      meter.add(epoch, spec.bytesRead(block), System.nanoTime() - start);
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
