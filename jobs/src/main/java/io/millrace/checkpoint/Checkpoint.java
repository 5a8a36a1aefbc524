package io.millrace.checkpoint;

import io.millrace.training.MasterWeights;

/**
 * All that training needs to go on as if it had never stopped.
 *
 * @param weights the master weights and how far they have come
 * @param fingerprints what it belongs to
 * @param config the resolved config as YAML
 */
public record Checkpoint(MasterWeights weights, Fingerprints fingerprints, String config) {}
