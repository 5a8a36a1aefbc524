package io.millrace.line;

import io.millrace.settings.Key;

/** Bounds of {@link Drift}: beyond one of them a night is refused. */
public record DriftConfig(
    @Key(
            doc =
                "Largest distance of the shares of classes, half the sum of their differences; 1 for any.",
            value = "0.5",
            min = 0,
            max = 1)
        double classes,
    @Key(
            doc = "Largest difference of a channel's mean, black 0, white 1; 1 for any.",
            value = "0.2",
            min = 0,
            max = 1)
        double mean,
    @Key(
            doc = "Largest difference of the brightness, black 0, white 1; 1 for any.",
            value = "0.2",
            min = 0,
            max = 1)
        double brightness,
    @Key(
            doc = "Largest difference of the share of rows in quarantine; 1 for any.",
            value = "0.05",
            min = 0,
            max = 1)
        double quarantine) {}
