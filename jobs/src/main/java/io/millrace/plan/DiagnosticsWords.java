package io.millrace.plan;

import io.millrace.config.RunConfig;
import io.millrace.diagnostics.Diagnostic;
import io.millrace.diagnostics.Sampling;
import io.millrace.epoch.EpochShape;
import io.millrace.settings.Counts;
import io.millrace.settings.Names;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** What a config says of diagnostics, in words. */
final class DiagnosticsWords {
  private DiagnosticsWords() {}

  /** How many updates of an epoch are measured, what of them, and what is looked at. */
  static String of(RunConfig config, EpochShape shape) {
    List<Diagnostic> kinds = config.diagnosed();
    Sampling sampling = new Sampling(kinds, config.diagnostics().share(), shape.updates());
    if (!sampling.isOn()) {
      return "none";
    }
    long measured =
        LongStream.range(0, shape.updates()).filter(each -> sampling.measures(each, 1)).count();
    String which =
        kinds.stream()
            .map(each -> Names.of(each.getClass()).replace('-', ' '))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "of %,d of an epoch's %s, and activations of at most %s: %s",
        measured,
        Counts.of(shape.updates(), "update"),
        Counts.of(config.diagnostics().images(), "image"),
        which);
  }
}
