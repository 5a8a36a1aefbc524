package io.millrace.training;

import io.millrace.wire.WeightVector;

/**
 * The truth between rounds: fp32 weights and optimiser state in the order of the canonical network.
 * Lives on the driver.
 *
 * @param parameters flat parameters, [P]
 * @param state flat optimiser state; empty without state
 * @param update updates done, counted globally
 * @param epoch epochs done
 */
public record MasterWeights(WeightVector parameters, WeightVector state, long update, int epoch) {}
