package io.millrace.prepare;

import io.millrace.source.SourceConfig;

/**
 * What is to be prepared.
 *
 * @param source where the images are
 * @param dataset where the set goes, and how it is made
 * @param seed of the order of the examples
 * @param since what was prepared before
 */
record PrepareRequest(SourceConfig source, DatasetConfig dataset, long seed, Increment since) {}
