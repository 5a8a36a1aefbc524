package io.millrace.recipe;

import io.millrace.settings.OneOf;
import java.io.Serializable;
import java.util.List;

/**
 * How much each class counts in the loss: {@code w_k} stands inside the sum over classes, and the
 * loss of a minibatch stays the mean over its examples. PyTorch divides by the sum of the weights
 * of the labels instead, by which W workers would not be one process. A record whose components are
 * its keys in a config.
 */
@OneOf({FrequencyWeights.class, GivenWeights.class, NamedWeights.class})
public interface ClassWeights extends Serializable {
  /**
   * The weight of each class.
   *
   * @param classes names, in the order of the labels
   * @param counts training examples of each
   * @throws IllegalArgumentException naming what does not go with these classes
   */
  List<Double> of(List<String> classes, List<Long> counts);
}
