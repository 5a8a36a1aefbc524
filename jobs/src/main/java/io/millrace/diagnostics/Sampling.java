package io.millrace.diagnostics;

import java.io.Serializable;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Which updates are measured, by their number alone: an epoch is cut in stretches of {@code
 * 1/share} updates, and of each the one in the middle is measured. A round that has such an update
 * has its first one measured: there the weights before are those that came down.
 *
 * @param kinds what is measured
 * @param share share of the updates, at most 1; 0 for none
 * @param updatesPerEpoch updates of an epoch
 */
public record Sampling(List<Diagnostic> kinds, double share, long updatesPerEpoch)
    implements Serializable {
  /** Nothing is measured. */
  public static final Sampling NONE = new Sampling(List.of(), 0, 1);

  /**
   * Some updates.
   *
   * @throws IllegalArgumentException unless the share is between 0 and 1
   */
  public Sampling {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "Invalid share: %s (must be between 0 and 1)".formatted(share));
    }
    kinds = List.copyOf(kinds);
  }

  /** Whether anything is ever measured. */
  public boolean isOn() {
    return share > 0 && !kinds.isEmpty();
  }

  /** Whether a round of so many updates is measured, from its first update on. */
  public boolean measures(long firstUpdate, int updates) {
    return isOn() && LongStream.range(firstUpdate, firstUpdate + updates).anyMatch(this::measures);
  }

  private boolean measures(long update) {
    long stretch = Math.min(updatesPerEpoch, Math.round(1 / share));
    return update % updatesPerEpoch % stretch == stretch / 2;
  }
}
