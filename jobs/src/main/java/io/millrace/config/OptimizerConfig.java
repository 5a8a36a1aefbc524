package io.millrace.config;

import io.millrace.settings.Key;

/** The optimiser. */
public record OptimizerConfig(
    @Key(doc = "The optimiser.", value = "nesterov") Kind kind,
    @Key(doc = "Momentum.", value = "0.9", min = 0, max = 1, below = true) double momentum,
    @Key(doc = "L2 factor, added to the gradient.", value = "1e-4", min = 0) double weightDecay,
    @Key(doc = "Whether L2 also acts on biases and batch-norm gamma and beta.", value = "false")
        boolean decayBias) {
  /** Optimisers. */
  public enum Kind {
    SGD,
    MOMENTUM,
    NESTEROV
  }
}
