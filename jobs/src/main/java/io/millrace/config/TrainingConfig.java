package io.millrace.config;

import io.millrace.model.layers.FastPath;
import io.millrace.precision.Precision;
import io.millrace.settings.Key;

/** Epochs, workers and batches. */
public record TrainingConfig(
    @Key(
            doc = "Epochs; null for 90, or for those of the stages where there are some.",
            value = "null",
            min = 1,
            accept = "learningRate")
        Integer epochs,
    @Key(
            doc = "Workers: replicas that train side by side.",
            value = "2",
            min = 1,
            max = 100_000,
            accept = "batch")
        int workers,
    @Key(doc = "Examples one worker uses for one update.", value = "128", min = 1, accept = "batch")
        int batchPerWorker,
    @Key(doc = "OpenMP threads of one replica.", value = "1", min = 1) int threadsPerReplica,
    @Key(
            doc =
                "Highest native binary that any JVM takes; set it to the lowest of a mixed cluster.",
            value = "auto")
        Binary nativeBinary,
    @Key(
            doc = "Seconds to wait for as many slots as workers.",
            value = "300",
            min = 1,
            decides = false)
        int startTimeout,
    @Key(
            doc =
                "Whether to train on native layers; false keeps the stock DL4J ones, ops are native"
                    + " layers on ND4J's ops, as on a GPU.",
            value = "true")
        FastPath fastPath,
    @Key(
            doc =
                "In what numbers workers compute forward and backward; weights and updates stay"
                    + " fp32.",
            value = "fp32")
        Precision precision,
    @Key(doc = "Newest checkpoints to keep.", value = "3", min = 1, decides = false)
        int keepCheckpoints) {
  /** The same for so many epochs. */
  TrainingConfig epochs(int resolved) {
    return new TrainingConfig(
        resolved,
        workers,
        batchPerWorker,
        threadsPerReplica,
        nativeBinary,
        startTimeout,
        fastPath,
        precision,
        keepCheckpoints);
  }

  /** Native binaries by instruction set. */
  public enum Binary {
    AUTO,
    AVX512,
    AVX2,
    GENERIC
  }
}
