package io.millrace.checkpoint;

/**
 * What a checkpoint belongs to, as SHA-256 in hex.
 *
 * @param plan of the plan: who trains which example when
 * @param data of the prepared data set
 * @param model of the canonical network configuration
 */
public record Fingerprints(String plan, String data, String model) {}
