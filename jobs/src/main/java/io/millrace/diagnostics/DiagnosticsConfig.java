package io.millrace.diagnostics;

import io.millrace.settings.Key;
import io.millrace.settings.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a person looks at while it trains. */
public record DiagnosticsConfig(
    @Key(
            doc =
                "Share of the updates that are measured, and of images, by those trained, whose"
                    + " activations are looked at; 0 for no diagnostics.",
            value = "0.02",
            min = 0,
            max = 1)
        double share,
    @Key(
            doc =
                "Images whose activations are looked at, at least, or of a short run the share of"
                    + " all that it trains: the first blocks of the split that is validated, or"
                    + " of train where there is none.",
            value = "1024",
            min = 1)
        int images,
    @Key(doc = "What is measured; all there is where none is named.", value = "[]")
        List<Diagnostic> kinds) {
  /** Refuses the same kind twice. */
  public DiagnosticsConfig {
    kinds = List.copyOf(kinds);
    Set<Class<?>> seen = new HashSet<>();
    for (Diagnostic each : kinds) {
      if (!seen.add(each.getClass())) {
        throw new IllegalArgumentException(
            "Invalid kinds: %s twice (must be one of each kind)"
                .formatted(Names.of(each.getClass())));
      }
    }
  }
}
