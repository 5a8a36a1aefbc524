package io.millrace.checkpoint;

/**
 * All that training needs to go on as if it had never stopped.
 *
 * @param epoch epochs done
 * @param update updates done
 * @param fingerprints what it belongs to
 * @param config the resolved config as YAML
 * @param parameters the fp32 master weights in canonical order, [P]
 * @param state the optimiser state, [stateVectors * P]; empty without state
 */
public record Checkpoint(
    int epoch,
    long update,
    Fingerprints fingerprints,
    String config,
    float[] parameters,
    float[] state) {}
