package io.millrace.epoch;

import io.millrace.dataset.Block;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Order for rows {@code from .. from + examples} of a share, from the windows that hold them. */
final class WindowedOrder implements MinibatchQueue.Order {
  final Future<WindowReader.Loaded>[] windows;
  private final List<Block> blocks;
  private final int epoch;
  private final int update;
  private final long from;
  private final int examples;

  @SuppressWarnings("unchecked")
  WindowedOrder(
      List<Block> blocks, int epoch, int update, long from, int examples, int windowCount) {
    this.blocks = blocks;
    this.epoch = epoch;
    this.update = update;
    this.from = from;
    this.examples = examples;
    this.windows = new Future[windowCount];
  }

  @Override
  public int epoch() {
    return epoch;
  }

  @Override
  public int update() {
    return update;
  }

  @Override
  public EncodedRows rows() throws Exception {
    EncodedRows rows = new EncodedRows(examples);
    int next = 0;
    for (Future<WindowReader.Loaded> window : windows) {
      WindowReader.Loaded loaded = loaded(window);
      PlannedWindow plan = loaded.plan();
      for (int i = (int) (from + next - plan.first()); i < plan.size() && next < examples; i++) {
        int row = plan.rows()[i];
        Block origin = blocks.get(plan.block(i));
        rows.set(next++, loaded.blocks()[plan.slots()[i]], row, origin, row);
      }
    }
    return rows;
  }

  private static WindowReader.Loaded loaded(Future<WindowReader.Loaded> window) throws Exception {
    try {
      return window.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
