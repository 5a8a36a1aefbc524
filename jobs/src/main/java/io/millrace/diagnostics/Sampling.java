package io.millrace.diagnostics;

import java.io.Serializable;
import java.util.List;

/**
 * Which updates are measured, by their number alone: an epoch is cut in stretches of {@code
 * 1/share} updates, one at least, and of each the one in the middle is measured. A round that has
 * such an update has its first one measured: there the weights before are those that came down.
 *
 * @param kinds what is measured
 * @param share share of the updates; 0 for none
 * @param updatesPerEpoch updates of an epoch
 */
public record Sampling(List<Diagnostic> kinds, double share, long updatesPerEpoch)
    implements Serializable {
  /** Nothing is measured. */
  public static final Sampling NONE = new Sampling(List.of(), 0, 1);

  public Sampling {
    kinds = List.copyOf(kinds);
  }

  /** Whether anything is ever measured. */
  public boolean isOn() {
    return share > 0 && !kinds.isEmpty();
  }

  /** Whether a round of so many updates is measured, from its first update on. */
  public boolean measures(long firstUpdate, int updates) {
    for (long update = firstUpdate; isOn() && update < firstUpdate + updates; update++) {
      if (measures(update)) {
        return true;
      }
    }
    return false;
  }

  private boolean measures(long update) {
    long stretch = Math.min(updatesPerEpoch, Math.max(1, Math.round(1 / share)));
    return update % updatesPerEpoch % stretch == stretch / 2;
  }
}
