package io.millrace.epoch;

import io.millrace.dataset.Block;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Order for the rows of a minibatch: a stretch of each of its worker's shares, one after the other,
 * from the windows that hold them.
 */
record WindowedOrder(List<Block> blocks, int epoch, int update, List<Stretch> stretches)
    implements MinibatchQueue.Order {
  /**
   * Rows {@code from .. from + examples} of a share.
   *
   * @param windows those that hold them, in order
   */
  record Stretch(long from, int examples, List<Future<WindowReader.Loaded>> windows) {}

  @Override
  public EncodedRows rows() throws Exception {
    EncodedRows rows = new EncodedRows(stretches.stream().mapToInt(Stretch::examples).sum());
    int start = 0;
    for (Stretch each : stretches) {
      fill(rows, start, each);
      start += each.examples();
    }
    return rows;
  }

  private void fill(EncodedRows rows, int start, Stretch stretch) throws Exception {
    int next = 0;
    for (Future<WindowReader.Loaded> window : stretch.windows()) {
      WindowReader.Loaded loaded = loaded(window);
      PlannedWindow plan = loaded.plan();
      int first = (int) (stretch.from() + next - plan.first());
      for (int i = first; i < plan.size() && next < stretch.examples(); i++) {
        int row = plan.rows()[i];
        Block origin = blocks.get(plan.block(i));
        rows.set(start + next++, loaded.blocks()[plan.slots()[i]], row, origin, row);
      }
    }
  }

  private static WindowReader.Loaded loaded(Future<WindowReader.Loaded> window) throws Exception {
    try {
      return window.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
