package io.millrace.line;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How far a night's data lies from that of the night before.
 *
 * @param classes total variation of the shares of classes by name, {@code 1/2 sum_k |p_k - q_k|}, 0
 *     for equal shares, 1 for no class in common
 * @param mean largest difference of a channel's mean, black 0, white 1
 * @param brightness difference of the brightness ({@link DataFacts#brightness})
 * @param quarantine difference of the share of rows in quarantine
 */
public record Drift(double classes, double mean, double brightness, double quarantine) {
  private static final int CHANNELS = 3;

  /** How far tonight's data lies from that before. */
  public static Drift between(DataFacts before, DataFacts tonight) {
    Set<String> names = new LinkedHashSet<>(before.classes());
    names.addAll(tonight.classes());
    double classes = 0;
    for (String name : names) {
      classes += Math.abs(share(tonight, name) - share(before, name)) / 2;
    }
    double mean = 0;
    for (int channel = 0; channel < CHANNELS; channel++) {
      mean = Math.max(mean, Math.abs(tonight.mean(channel) - before.mean(channel)));
    }
    return new Drift(
        classes,
        mean,
        tonight.brightness() - before.brightness(),
        tonight.quarantineShare() - before.quarantineShare());
  }

  private static double share(DataFacts data, String name) {
    return (double) data.images(name) / data.all();
  }

  /** The first bound that is passed, in words, with the key that holds it; empty for none. */
  public Optional<String> beyond(DriftConfig bounds) {
    return beyond("shares of the classes", classes, "classes", bounds.classes())
        .or(() -> beyond("mean of a channel", mean, "mean", bounds.mean()))
        .or(() -> beyond("brightness", brightness, "brightness", bounds.brightness()))
        .or(() -> beyond("share in quarantine", quarantine, "quarantine", bounds.quarantine()));
  }

  private static Optional<String> beyond(String what, double moved, String key, double bound) {
    return Math.abs(moved) <= bound
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the %s moved by %.3f since the night before, and line.drift.%s allows %s",
                what,
                Math.abs(moved),
                key,
                bound));
  }
}
