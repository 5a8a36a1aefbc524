package io.millrace.evaluate;

import io.millrace.cluster.FaultsConfig;
import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.replica.NetworkSpec;
import java.io.Serializable;
import java.util.List;

/**
 * All that a task needs to look at activations, but for the weights.
 *
 * @param blocks blocks of the sample
 * @param reader reader of these blocks
 * @param images what happens to one image
 * @param faults how long a block may take
 * @param canonical the canonical network
 */
record SampleSpec(
    List<Block> blocks,
    BlockReader reader,
    CroppedImages images,
    FaultsConfig faults,
    EvaluationSpec.Network canonical)
    implements NetworkSpec<Looker>, Serializable {
  @Override
  public String key() {
    return canonical.key();
  }

  @Override
  public Looker network() {
    return new Looker(canonical);
  }
}
