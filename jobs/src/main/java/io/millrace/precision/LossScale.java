package io.millrace.precision;

import io.millrace.state.Memory;
import io.millrace.state.Remembered;
import java.util.Map;

/**
 * The factor of the loss, by which small gradients stay in the range of fp16; they are divided by
 * it in fp32. It is the same for all updates of a round. After a round of k updates: with an
 * overflow on any worker {@code scale *= backoff, clean = 0}; else {@code clean += k}, and where
 * {@code clean >= interval}, {@code scale *= growth} unless that is infinite in fp32, {@code clean
 * = 0}. With rounds of one update that is PyTorch's GradScaler.
 *
 * <p>Micikevicius et al., Mixed Precision Training, 2017, arXiv 1710.03740, 3.2. Lives on the
 * driver.
 */
public final class LossScale implements Remembered {
  /** Below this factor an overflow is none of the scale's making. */
  private static final double LEAST = 0x1p-30;

  private final double growth;
  private final int interval;
  private final double backoff;
  private double scale;
  private double clean;
  private double skipped;

  /**
   * At the start of a run.
   *
   * @param initial the first factor
   * @param interval updates without an overflow after which it grows
   * @param growth the factor by which it does
   * @param backoff the factor by which it falls
   */
  public LossScale(double initial, int interval, double growth, double backoff) {
    this.scale = initial;
    this.interval = interval;
    this.growth = growth;
    this.backoff = backoff;
  }

  /** The factor of the next round. */
  public double scale() {
    return scale;
  }

  /** Updates that the optimiser has not seen, of those done. */
  public long skipped() {
    return (long) skipped;
  }

  /**
   * Takes a round in.
   *
   * @param updates its updates
   * @param accepted those of them that the optimiser's state has seen
   * @param overflow whether any worker had one
   */
  public void roundEnded(int updates, int accepted, boolean overflow) {
    skipped += updates - accepted;
    if (overflow) {
      scale *= backoff;
      clean = 0;
      return;
    }
    clean += updates;
    if (clean >= interval) {
      clean = 0;
      if (scale * growth <= Float.MAX_VALUE) {
        scale *= growth;
      }
    }
  }

  /** Whether it has fallen so low that another reason than the scale makes updates overflow. */
  public boolean isLost() {
    return scale < LEAST;
  }

  @Override
  public String name() {
    return "loss-scale";
  }

  @Override
  public Memory save() {
    return Memory.of(Map.of("scale", scale, "clean", clean, "skipped", skipped));
  }

  @Override
  public void restore(Memory memory) {
    scale = memory.figure("scale");
    clean = memory.figure("clean");
    skipped = memory.figure("skipped");
  }
}
