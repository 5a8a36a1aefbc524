package io.millrace.evaluate;

import io.millrace.cluster.FaultsConfig;
import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.FastPath;
import io.millrace.replica.NetworkSpec;
import java.io.Serializable;
import java.util.List;

/**
 * All that a task needs to know, but for the weights. Serializable.
 *
 * @param blocks blocks of the split
 * @param reader reader of these blocks; serializable
 * @param labels the network's output for each label of the set, -1 for a class that it does not
 *     know
 * @param images what happens to one image
 * @param classes classes of the network
 * @param batch examples of one forward pass
 * @param faults how long a block may take
 * @param network the canonical network
 */
record EvaluationSpec(
    List<Block> blocks,
    BlockReader reader,
    int[] labels,
    CroppedImages images,
    int classes,
    int batch,
    FaultsConfig faults,
    Network network)
    implements Serializable {
  EvaluationSpec {
    int largest = blocks.stream().mapToInt(Block::rows).max().orElse(1);
    batch = Math.min(batch, largest); // a pass has no examples of two blocks
  }

  /** Refuses what another number of outputs would silently be taken for. */
  void requireClasses(long outputs, int rows) {
    if (outputs != (long) rows * classes) {
      throw new IllegalArgumentException(
          "Cannot evaluate a network of %s outputs (must be one for each of %d classes)"
              .formatted(outputs / (double) rows, classes));
    }
  }

  /**
   * The network of a run.
   *
   * @param json its configuration
   * @param layout its parameters
   * @param fastPath on which layers to run it
   * @param folds whether batch norms are folded into the layers before them
   * @param head what of it is scored, on features; null for all, on images
   */
  record Network(
      String json, ParameterLayout layout, FastPath fastPath, boolean folds, FeatureHead head)
      implements NetworkSpec<Scorer>, Serializable {
    @Override
    public String key() {
      return json + fastPath + folds + head;
    }

    @Override
    public Scorer network() {
      return new Scorer(this);
    }
  }
}
