package io.millrace.checkpoint;

/**
 * The best epoch so far: the one of the highest validation top-1, the earlier of equals.
 *
 * @param epoch from 1
 * @param top1 its validation top-1
 * @param sha256 of its parameters, which tells its checkpoint from one of another course of the
 *     run; empty until it is written
 */
public record Best(int epoch, double top1, String sha256) {
  /**
   * The best of what was best before and the epoch that has just ended.
   *
   * @param before null if no epoch was validated
   * @param top1 NaN if the epoch was not validated, which is then never the best
   */
  public static Best of(Best before, int epoch, double top1) {
    return top1 > (before == null ? Double.NEGATIVE_INFINITY : before.top1())
        ? new Best(epoch, top1, "")
        : before;
  }
}
