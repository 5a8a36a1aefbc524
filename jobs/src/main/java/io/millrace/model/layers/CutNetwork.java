package io.millrace.model.layers;

import java.util.List;
import java.util.Optional;

/**
 * A network in two where a part is frozen: a trunk that only computes forward, in inference mode,
 * and a top that is trained on what the trunk gives. No gradient is computed in the trunk, and none
 * of its activations are kept.
 *
 * @param trunk all below the lowest layer that is trained; none where nothing is
 * @param top the rest, whose inputs are outputs of the trunk
 * @param between the inputs of the top, in their order
 */
public record CutNetwork(
    Optional<AcceleratedNetwork> trunk, AcceleratedNetwork top, List<String> between) {}
