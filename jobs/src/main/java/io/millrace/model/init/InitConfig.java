package io.millrace.model.init;

import io.millrace.settings.Key;
import java.util.List;

/** How the weights of a network start. */
public record InitConfig(
    @Key(
            doc = "How weights start that no rule takes; what it cannot start stays as configured.",
            value = "kaiming",
            inline = true)
        Initializer kind,
    @Key(
            doc = "Path of a model.zip whose weights are taken instead; null for none.",
            value = "null")
        String from,
    @Key(
            doc =
                "Parameters that start in ways of their own; the first rule that matches takes a weight, and a bias or batch norm where names ends in its name, as *.b.",
            value = "[]")
        List<InitRule> rules) {
  /** A network of ours without further ado. */
  public static final InitConfig DEFAULT = new InitConfig(new Kaiming(), null, List.of());

  /** Checks that something is left for the kind and the rules. */
  public InitConfig {
    rules = List.copyOf(rules);
    if (from != null && !kind.equals(new Kaiming())) {
      throw new IllegalArgumentException(
          "Invalid kind: %s (must be left out where from is given, whose weights are all taken)"
              .formatted(kind));
    }
    if (from != null && !rules.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid rules: %d given (must be none where from is given, whose weights are all taken)"
              .formatted(rules.size()));
    }
  }
}
