package io.millrace.config;

import io.millrace.settings.Key;

/** When checkpoints are written, and how long one may be waited for. */
public record CheckpointConfig(
    @Key(
            doc =
                "Epochs from one checkpoint to the next; the last epoch, and the best where it is"
                    + " kept, have one always.",
            value = "1",
            min = 1)
        int everyEpochs,
    @Key(
            doc =
                "Minutes from one checkpoint to the next, also within an epoch; 0 for none there.",
            value = "0",
            min = 0)
        double everyMinutes,
    @Key(
            doc =
                "Seconds that a round may go on for when the run is asked to stop; then the"
                    + " checkpoint is that of the round before.",
            value = "20",
            min = 0)
        int grace,
    @Key(
            doc = "Checkpoints in a row that may fail before the run ends, to be resumed.",
            value = "3",
            min = 1)
        int failures) {}
