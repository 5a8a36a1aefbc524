package io.millrace.recipe;

import io.millrace.settings.Key;

/** The optimiser, and the decay that comes to its gradient. */
public record OptimizerConfig(
    @Key(doc = "The optimiser.", value = "nesterov", inline = true) Optimizer kind,
    @Key(doc = "L2 factor, added to the gradient.", value = "1e-4", min = 0) double weightDecay,
    @Key(doc = "Whether L2 also acts on biases and batch-norm gamma and beta.", value = "false")
        boolean decayBias) {}
