package io.millrace.epoch;

import io.millrace.epoch.WindowFeed.Position;
import io.millrace.wire.Packed;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The feeds of this executor that wait for their worker's next round. A feed belongs to one task
 * attempt at a time: it is taken out when lent, and put back only after a round that went to its
 * end. What a task asks for is either what a waiting feed prepares next, or made anew. Bounded by
 * the number of feeds that were lent at once, times the waves in which an executor may have to
 * train more workers than it has slots; a new run drops those of the runs before.
 */
final class FeedCache {
  static final FeedCache ON_THIS_EXECUTOR = new FeedCache();

  private static final int WAVES = 4;

  private final Map<Integer, WindowFeed> waiting = new LinkedHashMap<>();
  private final Map<Integer, ReadMeter> meters = new HashMap<>();
  private FeedSpec spec;
  private int lent;
  private int mostLent;

  /** The spec of a run, read once. */
  synchronized FeedSpec spec(String run, byte[] bytes) {
    if (!isOf(run)) {
      clear();
      spec = Packed.unpack(bytes, FeedSpec.class);
    }
    return spec;
  }

  /** A feed of {@code worker} that starts at {@code start}. */
  synchronized MinibatchSource lend(FeedSpec spec, int worker, Position start, int threads) {
    lent++;
    mostLent = Math.max(mostLent, lent);
    WindowFeed feed = isOf(spec.run()) ? waiting.remove(worker) : null;
    if (feed != null && !start.equals(feed.next())) {
      feed.close();
      feed = null;
    }
    if (feed == null) {
      ReadMeter meter = meters.computeIfAbsent(worker, w -> new ReadMeter());
      feed = new WindowFeed(spec, worker, start, threads, meter);
    }
    return new Lent(spec, worker, feed);
  }

  /** Takes a feed back to wait for the next round, or drops it if its round was cut short. */
  private synchronized void giveBack(FeedSpec spec, int worker, WindowFeed feed, boolean finished) {
    lent--;
    if (!finished || feed.next() == null || !isOf(spec.run())) {
      feed.close();
      return;
    }
    WindowFeed older = waiting.put(worker, feed);
    if (older != null) {
      older.close();
    }
    while (waiting.size() > WAVES * mostLent) {
      waiting.remove(waiting.keySet().iterator().next()).close();
    }
  }

  /** Drops what waits for {@code run}. */
  synchronized void drop(String run) {
    if (isOf(run)) {
      clear();
      spec = null;
    }
  }

  /** Feeds that wait. */
  synchronized int size() {
    return waiting.size();
  }

  private boolean isOf(String run) {
    return spec != null && spec.run().equals(run);
  }

  private void clear() {
    waiting.values().forEach(WindowFeed::close);
    waiting.clear();
    meters.clear();
    mostLent = lent;
  }

  /** A feed in the hands of one task attempt. */
  private final class Lent implements MinibatchSource {
    private final FeedSpec spec;
    private final int worker;
    private final WindowFeed feed;

    Lent(FeedSpec spec, int worker, WindowFeed feed) {
      this.spec = spec;
      this.worker = worker;
      this.feed = feed;
    }

    @Override
    public PreparedMinibatch take() throws InterruptedException {
      return feed.take();
    }

    @Override
    public ReadMeter meter() {
      return feed.meter();
    }

    @Override
    public void release(boolean finished) {
      giveBack(spec, worker, feed, finished);
    }
  }
}
