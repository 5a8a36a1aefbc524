package io.millrace.model.init;

import io.millrace.model.WeightNames;
import io.millrace.settings.Key;
import java.util.List;
import java.util.Optional;

/** How the weights of a network start. */
public record InitConfig(
    @Key(
            doc = "How weights start that no rule takes; what it cannot start stays as configured.",
            value = "kaiming",
            inline = true)
        Initializer kind,
    @Key(
            doc =
                "Path of a model.zip whose weights are taken instead; null for none. Short for kind: pretrained and path.",
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
    if (kind instanceof Pretrained && !rules.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid rules: %d given (must be none where kind is pretrained)"
              .formatted(rules.size()));
    }
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

  /** The file that weights are taken from, if they are. */
  public Optional<Pretrained> pretrained() {
    if (kind instanceof Pretrained file) {
      return Optional.of(file);
    }
    return Optional.ofNullable(from).map(path -> new Pretrained(path, WeightNames.OWN, true, null));
  }

  /** How parameters start that no file gives. */
  public InitConfig ofTheRest() {
    return pretrained().isPresent() ? DEFAULT : this;
  }

  /** The key that names this file. */
  public String fileKey() {
    return from == null ? "init.path" : "init.from";
  }
}
