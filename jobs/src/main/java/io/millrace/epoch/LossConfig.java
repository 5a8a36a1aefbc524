package io.millrace.epoch;

import io.millrace.settings.Key;

/** Targets and loss. */
public record LossConfig(
    @Key(doc = "Label smoothing epsilon.", value = "0", min = 0, max = 1, below = true)
        double labelSmoothing,
    @Key(doc = "Alpha of mixup; 0 is off.", value = "0", min = 0) double mixup) {}
