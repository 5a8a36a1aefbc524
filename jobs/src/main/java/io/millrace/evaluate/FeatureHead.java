package io.millrace.evaluate;

import io.millrace.model.layers.FrozenParts;
import io.millrace.replica.FeatureShape;
import java.io.Serializable;

/**
 * What is above a frozen trunk, scored on the trunk's features in the place of images.
 *
 * @param frozen what does not move, by which the network is cut
 * @param shape of the features of an example
 */
public record FeatureHead(FrozenParts frozen, FeatureShape shape) implements Serializable {}
