package io.millrace.epoch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The minibatches of one (round, worker) from rows that Spark has shuffled to it. */
final class ShuffledRound implements MinibatchSource {
  private final ReadMeter meter;
  private final MinibatchQueue queue;

  ShuffledRound(
      FeedSpec spec,
      RoundPartition part,
      int epoch,
      List<byte[]> packed,
      int threads,
      ReadMeter meter) {
    this.meter = meter;
    queue =
        new MinibatchQueue(
            spec, orders(spec, part, epoch, packed), threads, spec.run() + "-" + part.worker());
  }

  private static Iterator<Order> orders(
      FeedSpec spec, RoundPartition part, int epoch, List<byte[]> packed) {
    List<Order> orders = new ArrayList<>();
    int from = 0;
    int minibatches = spec.shape().minibatches(part.first(), part.updates(), part.worker());
    for (int i = 0; i < minibatches; i++) {
      int to = from + spec.shape().examples(part.first() + i, part.worker());
      orders.add(new Order(spec, epoch, part.first() + i, packed.subList(from, to)));
      from = to;
    }
    return orders.iterator();
  }

  @Override
  public PreparedMinibatch take() throws InterruptedException {
    return queue.take();
  }

  @Override
  public ReadMeter meter() {
    return meter;
  }

  @Override
  public void release(boolean finished) {
    queue.close();
  }

  private record Order(FeedSpec spec, int epoch, int update, List<byte[]> packed)
      implements MinibatchQueue.Order {
    @Override
    public EncodedRows rows() {
      EncodedRows rows = new EncodedRows(packed.size());
      for (int i = 0; i < packed.size(); i++) {
        PackedRow.unpack(packed.get(i), spec.blocks(), rows, i);
      }
      return rows;
    }
  }
}
